"""Taking and settling rows, many at once: one transaction for all that finished meanwhile.

A connection takes a mail in the same transaction that settles its last one, so it never has
more than one unsettled, and a kill repeats at most one mail per open connection.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from email_service.notifications.models.attempts import Attempt, OpenAttempt, Outcome
from email_service.notifications.models.claimed import Claimed
from email_service.notifications.models.clock import after, now
from email_service.notifications.models.notification import NotificationLog, Status
from email_service.notifications.models.plain_turn import plain_turn
from email_service.notifications.models.queue import NotificationQuerySet
from email_service.notifications.models.settlement import Settlement

INTERRUPTED = "the sender died or lost its lease before the outcome was known"


def turn(settlements: Sequence[Settlement], takes: Sequence[Claimed]) -> dict[int, OpenAttempt]:
    """Settle these attempts and take these rows, in one transaction.

    Returns the new attempt of every row that was really taken, by row. A row whose lease was
    lost meanwhile is left to its new holder: it is neither settled nor taken. Said again after
    a commit whose answer was lost, it changes nothing and returns the same attempts.
    """
    if connection.vendor == "postgresql" and all(one.plain for one in settlements):
        made = plain_turn(settlements, takes)
    else:
        made = _turn(settlements, takes)
    missing = [row for row in takes if row.pk not in made]
    return made | _taken_before(missing) if missing else made


def rescue(limit: int = 100) -> list[NotificationLog]:
    """Close the attempts of senders that stopped renewing, and free their rows.

    The attempt counts. A row is retaken alone, so that a mail that kills its sender ends
    after its budget without taking neighbours along. Returns the rows as they were found.
    """
    with transaction.atomic():
        rows = list(_stranded().select_for_update(skip_locked=True)[:limit])
        Attempt.objects.filter(message__in=rows, outcome=Outcome.TAKEN).update(
            outcome=Outcome.INTERRUPTED, error=INTERRUPTED
        )
        _free([row for row in rows if row.attempt_count < row.attempt_limit])
        _exhaust([row for row in rows if row.attempt_count >= row.attempt_limit])
    return rows


def _stranded() -> NotificationQuerySet:
    """Rows being sent whose sender stopped renewing its lease, found by their open attempts."""
    open_attempts = Attempt.objects.filter(outcome=Outcome.TAKEN)
    return NotificationLog.objects.filter(
        status=Status.SENDING, lease_until__lte=now(), pk__in=open_attempts.values("message")
    )


def _turn(settlements: Sequence[Settlement], takes: Sequence[Claimed]) -> dict[int, OpenAttempt]:
    """A turn of any kind, on any database."""
    with transaction.atomic():
        held = _still_held([(s.row, s.token) for s in settlements] + _leases(takes))
        _settle([s for s in settlements if (s.row, s.token) in held])
        return _take([row for row in takes if held.get((row.pk, row.token)) == Status.QUEUED])


def _taken_before(rows: Sequence[Claimed]) -> dict[int, OpenAttempt]:
    """The attempts that are open on those of these rows which are still held."""
    opened = Attempt.objects.filter(message__in=[row.pk for row in rows], outcome=Outcome.TAKEN)
    found = opened.filter(message__status=Status.SENDING).values_list(
        "pk", "message_id", "number", "message__lease_token"
    )
    leases = set(_leases(rows))
    return {
        row: OpenAttempt(pk, row, number)
        for pk, row, number, token in found
        if (row, token) in leases
    }


def _leases(rows: Iterable[Claimed]) -> list[tuple[int, UUID]]:
    """Row and token of each."""
    return [(row.pk, row.token) for row in rows]


def _still_held(leases: Sequence[tuple[int, UUID]]) -> dict[tuple[int, UUID | None], str]:
    """Those of these leases that nobody else has taken over, locked until the commit.

    With the status of each row.
    """
    rows = NotificationLog.objects.filter(pk__in=[row for row, _ in leases])
    found = rows.select_for_update().order_by("pk").values_list("pk", "lease_token", "status")
    asked: set[tuple[int, UUID | None]] = set(leases)
    return {(row, token): status for row, token, status in found if (row, token) in asked}


def _settle(settlements: Sequence[Settlement]) -> None:
    """Write the ends of these attempts; plain successes share one statement."""
    plain = [s for s in settlements if s.plain]
    NotificationLog.objects.filter(pk__in=[s.row for s in plain]).update(
        status=Status.SENT,
        reached=F("recipients"),
        recipients=[],
        next_attempt_at=None,
        lease_token=None,
        lease_until=None,
        alone=False,
        last_error="",
    )
    for settlement in settlements:
        if not settlement.plain:
            _settle_one(settlement)
    Attempt.objects.bulk_update(
        [_ended(s) for s in settlements], ["outcome", "phase", "smtp_code", "error", "duration_ms"]
    )


def _settle_one(settlement: Settlement) -> None:
    """Write one row's new state: given up, put off, or sent to some."""
    again = None if settlement.retry_in is None else after(settlement.retry_in)
    NotificationLog.objects.filter(pk=settlement.row).update(
        status=settlement.status,
        recipients=list(settlement.recipients),
        reached=list(settlement.reached),
        refused=dict(settlement.refused),
        next_attempt_at=again,
        protocol_errors=settlement.protocol_errors,
        last_error=settlement.complaint[:500],
        lease_token=None,
        lease_until=None,
        alone=False,
    )


def _ended(settlement: Settlement) -> Attempt:
    """The attempt's row with its end."""
    return Attempt(
        pk=settlement.attempt,
        outcome=settlement.outcome,
        phase=settlement.phase,
        smtp_code=settlement.smtp_code,
        error=settlement.error[:500],
        duration_ms=settlement.duration_ms,
    )


def _take(rows: Sequence[Claimed]) -> dict[int, OpenAttempt]:
    """Open an attempt on each row."""
    NotificationLog.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=Status.SENDING, attempt_count=F("attempt_count") + 1
    )
    attempts = [Attempt(message_id=row.pk, number=row.attempt_count + 1) for row in rows]
    made = Attempt.objects.bulk_create(attempts)
    return {one.message_id: OpenAttempt(one.pk, one.message_id, one.number) for one in made}


def _free(rows: Sequence[NotificationLog]) -> None:
    """Queue these again, each to be retaken alone."""
    NotificationLog.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=Status.QUEUED, next_attempt_at=now(), lease_token=None, lease_until=None, alone=True
    )


def _exhaust(rows: Sequence[NotificationLog]) -> None:
    """End these: their budget was spent by senders that died."""
    NotificationLog.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=Status.FAILED, next_attempt_at=None, lease_token=None, lease_until=None,
        last_error=INTERRUPTED,
    )  # fmt: skip
