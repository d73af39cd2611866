"""How the outbox is doing: how late it is, how much failed, when somebody last delivered."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from email_service.database.deadline import budget
from email_service.notifications.models import NotificationLog, Status, Worker

_SECONDS = 1.5


@dataclass(frozen=True)
class OutboxState:
    """Ages in seconds by the database's clock; None: nothing is due, nobody was ever seen."""

    oldest_due_seconds: float | None
    failed: int
    last_seen_seconds: float | None


def outbox_state() -> OutboxState:
    """Read it, within 1.5 s of PostgreSQL's time. Raises what `probe.UNAVAILABLE` lists."""
    with budget(_SECONDS):
        return OutboxState(
            oldest_due_seconds=oldest_due_seconds(),
            failed=NotificationLog.objects.in_state(Status.FAILED).count(),
            last_seen_seconds=last_seen_seconds(),
        )


def oldest_due_seconds() -> float | None:
    """How long the oldest due message has been waiting for somebody to send it."""
    due = NotificationLog.objects.due().annotate(age=_since("next_attempt_at"))
    return _seconds(due.values_list("age", flat=True).first())


def last_seen_seconds() -> float | None:
    """How long ago the liveliest worker made progress."""
    workers = Worker.objects.annotate(age=_since("last_seen")).order_by("-last_seen")
    return _seconds(workers.values_list("age", flat=True).first())


def _since(moment: str) -> Combinable:
    """The time from a column's moment to now."""
    return ExpressionWrapper(Now() - F(moment), output_field=DurationField())


def _seconds(age: timedelta | None) -> float | None:
    """The age as a number that is never negative."""
    return None if age is None else max(0.0, round(age.total_seconds(), 3))
