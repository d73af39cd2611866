"""How many messages an address sent in a stretch of time, where no Redis counts them."""

from __future__ import annotations

from django.db import IntegrityError, models, transaction
from django.db.models import F


class RateWindowQuerySet(models.QuerySet["RateWindow"]):
    """The windows, counted up by one conditional statement each."""

    def admit(self, address: str, ends_at: int, limit: int) -> bool:
        """Count one message; whether the window had room for it."""
        if self._counted(address, ends_at, limit):
            return True
        try:
            with transaction.atomic():
                self.create(address=address, ends_at=ends_at, messages=1)
        except IntegrityError:
            # The window exists: it is full, unless somebody opened it a moment ago.
            return self._counted(address, ends_at, limit)
        return True

    def over(self, moment: int) -> RateWindowQuerySet:
        """Windows that ended before `moment`, in seconds since 1970."""
        return self.filter(ends_at__lt=moment)

    def _counted(self, address: str, ends_at: int, limit: int) -> bool:
        """Whether one more fitted into an open window."""
        room = self.filter(address=address, ends_at=ends_at, messages__lt=limit)
        return room.update(messages=F("messages") + 1) == 1


class RateWindow(models.Model):
    """One address in one window; `ends_at` is in seconds since 1970."""

    address = models.CharField(max_length=50)
    ends_at = models.BigIntegerField()
    messages = models.PositiveIntegerField()

    objects = RateWindowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ends_at", "address"], name="one_window_per_address")
        ]

    def __str__(self) -> str:
        return f"{self.address} until {self.ends_at}"
