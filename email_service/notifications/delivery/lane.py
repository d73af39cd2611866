"""One connection sending one mail after another: take, send, settle."""

import logging
from dataclasses import dataclass
from time import monotonic

from email_service.notifications.delivery.intake import Intake
from email_service.notifications.delivery.leases import LeaseLost, Leases
from email_service.notifications.delivery.ledger import Ledger
from email_service.notifications.delivery.policy import Policy
from email_service.notifications.delivery.report import Finished, report_lost
from email_service.notifications.models import Attempt, NotificationLog
from email_service.transports import Connection, Delivery, Envelope, Phase, Verdict
from email_service.utils.logger import event


@dataclass(frozen=True, kw_only=True)
class Lane:
    """What a connection needs to work through an intake."""

    connection: Connection
    intake: Intake
    ledger: Ledger
    leases: Leases
    policy: Policy

    async def run(self) -> None:
        """Send until nothing is due or the connection is spent; everything is settled then."""
        finished: Finished | None = None
        while await self.connection.usable():
            row = self.intake.at_hand()
            if row is None:
                await self.ledger.turn(finished, None)
                finished, row = None, await self.intake.next()
            if row is None:
                return
            attempt = await self.ledger.turn(finished, row)
            finished = await self._attempt(row, attempt) if attempt else None
        await self.ledger.turn(finished, None)

    async def _attempt(self, row: NotificationLog, attempt: Attempt) -> Finished | None:
        """Send one mail; how it ended, or None when its lease was lost on the way."""
        started = monotonic()
        try:
            delivery = await self._send(row)
        except LeaseLost as reason:
            report_lost(row, attempt, reason)
            return None
        finally:
            self.leases.drop(row)
        duration_ms = round((monotonic() - started) * 1000)
        settlement = self.policy.settlement(row, attempt, delivery, duration_ms)
        return Finished(row, attempt, delivery, settlement)

    async def _send(self, row: NotificationLog) -> Delivery:
        """The hand-over. A fault of ours is a failed attempt too: it must not stop the queue."""
        envelope = Envelope(row.message_id, row.sender, tuple(row.recipients))
        try:
            return await self.connection.send(
                envelope, bytes(row.mime), self.leases.guard(row.token)
            )
        except LeaseLost:
            raise
        except Exception as fault:  # noqa: BLE001 - one bad mail stalled whole queues elsewhere
            event("send_fault", level=logging.ERROR, exc_info=True)
            reason = f"{type(fault).__name__}: {fault}"
            return Delivery(verdict=Verdict.TRANSIENT, phase=Phase.DATA, error=reason)
