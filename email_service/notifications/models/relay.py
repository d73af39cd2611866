"""The breaker of a transport and the heartbeat of who delivers, shared by every process."""

from datetime import timedelta

from django.db import models
from django.db.models import F
from django.db.models.functions import Now

from email_service.notifications.models.clock import after, now

# So many refused connections in a row stop the claiming.
OUTAGES_TO_OPEN = 3


class Relay(models.Model):
    """The state of one way out: how many connections in a row it refused, and the next probe."""

    transport = models.CharField(max_length=10, primary_key=True)
    outages = models.PositiveIntegerField(default=0)
    probe_at = models.DateTimeField(db_default=Now())
    last_error = models.CharField(max_length=500, blank=True, default="")

    def __str__(self) -> str:
        return self.transport

    @property
    def open(self) -> bool:
        """Whether claiming is stopped and only probes go out."""
        return self.outages >= OUTAGES_TO_OPEN

    @classmethod
    def named(cls, transport: str) -> "Relay":
        """The row of `transport`, made at first sight."""
        return cls.objects.get_or_create(transport=transport)[0]

    @classmethod
    def refused(cls, transport: str, error: str, probe_after: float) -> "Relay":
        """Count one more refused connection; the next probe is due in `probe_after` seconds."""
        cls.named(transport)
        cls.objects.filter(pk=transport).update(
            outages=F("outages") + 1, last_error=error[:500], probe_at=after(probe_after)
        )
        return cls.objects.get(pk=transport)

    @classmethod
    def answered(cls, transport: str) -> None:
        """A connection was made: forget the outages (writes only if there were any)."""
        cls.objects.filter(pk=transport, outages__gt=0).update(outages=0, last_error="")

    @classmethod
    def win_probe(cls, transport: str, every: float) -> bool:
        """Whether this caller is the one who probes now: one in `every` seconds, of all hosts."""
        due = cls.objects.filter(pk=transport, probe_at__lte=now())
        return due.update(probe_at=after(every)) == 1


class Worker(models.Model):
    """Who delivers, and when it last made progress."""

    name = models.CharField(max_length=100, primary_key=True)
    last_seen = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def beat(cls, name: str) -> None:
        """Record progress of `name` now, and forget those not seen for a day."""
        if not cls.objects.filter(pk=name).update(last_seen=now()):
            cls.objects.create(name=name, last_seen=now())
            cls.objects.filter(last_seen__lt=after(-timedelta(days=1).total_seconds())).delete()
