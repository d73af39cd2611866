"""The log lines of an attempt, under the ids of the request that was accepted, days ago maybe."""

import logging
from collections.abc import Iterable
from typing import NamedTuple

from email_service.notifications.delivery.leases import LeaseLost
from email_service.notifications.models import Claimed, OpenAttempt, Settlement, Status
from email_service.transports import Delivery
from email_service.utils.logger import bound, event, together

_ENDS = {
    Status.SENT: ("delivered", logging.INFO),
    Status.PARTIALLY_SENT: ("delivered", logging.WARNING),
    Status.QUEUED: ("deferred", logging.WARNING),
    Status.FAILED: ("failed", logging.ERROR),
}


class Finished(NamedTuple):
    """One attempt, how it ended and what becomes of its row."""

    row: Claimed
    attempt: OpenAttempt
    delivery: Delivery
    settlement: Settlement


def report(attempts: Iterable[Finished]) -> None:
    """Write, for each, `attempt` and what became of the message: all in one piece."""
    with together():
        for finished in attempts:
            row = finished.row
            with bound(request_id=row.request_id, message_id=str(row.message_id)):
                _report(finished)


def _report(finished: Finished) -> None:
    """The two lines of one attempt."""
    delivery, settlement = finished.delivery, finished.settlement
    name, level = _ENDS[settlement.status]
    event(
        "attempt",
        attempt=finished.attempt.number,
        attempt_limit=finished.row.attempt_limit,
        outcome=settlement.outcome.value,
        smtp_phase=delivery.phase.value,
        smtp_code=settlement.smtp_code,
        duration_ms=settlement.duration_ms,
        error=None if settlement.status == Status.SENT else _without_addresses(delivery),
    )
    event(name, level=level, status=settlement.status.value, retry_in=settlement.retry_in)


def report_lost(row: Claimed, attempt: OpenAttempt, reason: LeaseLost) -> None:
    """Write that the row is somebody else's now."""
    with bound(request_id=row.request_id, message_id=str(row.message_id)):
        event("lease_lost", level=logging.WARNING, attempt=attempt.number, error=str(reason))


def _without_addresses(delivery: Delivery) -> str:
    """The reason with every word that holds an @ left out: servers like to quote recipients."""
    words = delivery.reason.split()
    return " ".join("***" if "@" in word else word for word in words)
