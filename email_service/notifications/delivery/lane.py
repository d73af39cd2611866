"""One connection sending one mail after another: take, send, settle."""

import logging
from dataclasses import dataclass, field
from time import monotonic

from email_service.notifications.delivery.intake import Intake
from email_service.notifications.delivery.leases import LeaseLost, Leases
from email_service.notifications.delivery.ledger import Ledger
from email_service.notifications.delivery.policy import Policy
from email_service.notifications.delivery.report import Finished, report_lost
from email_service.notifications.models import Claimed, OpenAttempt
from email_service.transports import (
    Connection,
    Delivery,
    Envelope,
    Phase,
    Verdict,
    fault_words,
)
from email_service.utils.logger import event

# Seconds that an announced mail waits for the one before; then another connection may have it.
_PATIENCE = 1.0


@dataclass(kw_only=True, eq=False)
class Lane:
    """What a connection needs to work through an intake.

    The mail after the one being sent is chosen early and announced to the server. It is not
    taken before the other is settled: still no connection has two mails unsettled.
    """

    connection: Connection
    intake: Intake
    ledger: Ledger
    leases: Leases
    policy: Policy
    _announced: Claimed | None = field(default=None, init=False)
    _since: float = field(default=0.0, init=False)

    async def run(self) -> None:
        """Send until nothing is due or the connection is spent; everything is settled then."""
        finished: Finished | None = None
        while await self.connection.usable():
            row = self._after_announcement()
            if row is None:
                await self.ledger.turn(finished, None)
                finished, row = None, await self.intake.next()
            if row is None:
                return
            attempt = await self.ledger.turn(finished, row)
            finished = await self._attempt(row, attempt) if attempt else None
            if not attempt:
                self._lose(row)
        self._put_back()
        await self.ledger.turn(finished, None)

    def lose_patience(self) -> None:
        """Put the announced mail back if the one before it takes long: others may have it."""
        if monotonic() - self._since >= _PATIENCE:
            self._put_back()

    def _after_announcement(self) -> Claimed | None:
        """The announced mail, or another one at hand; none when nothing more may leave."""
        if self.intake.halted:
            self._put_back()
        row, self._announced = self._announced, None
        return row or self.intake.at_hand()

    def _announce(self) -> None:
        """Choose the mail after the one that is sent now."""
        self._announced = self.intake.spare()
        if self._announced:
            self.connection.announce(_envelope(self._announced))

    def _put_back(self) -> None:
        """The announced mail will not leave over this connection."""
        if self._announced:
            self.connection.withdraw()
            self.intake.put_back(self._announced)
            self._announced = None

    def _lose(self, row: Claimed) -> None:
        """Somebody else holds the row now, which the server may be waiting for."""
        self.connection.withdraw()
        self.leases.drop(row)

    async def _attempt(self, row: Claimed, attempt: OpenAttempt) -> Finished | None:
        """Send one mail; how it ended, or None when its lease was lost on the way."""
        self._since = monotonic()
        self._announce()
        try:
            delivery = await self._send(row)
        except LeaseLost as reason:
            report_lost(row, attempt, reason)
            return None
        finally:
            self.leases.drop(row)
        duration_ms = round((monotonic() - self._since) * 1000)
        settlement = self.policy.settlement(row, attempt, delivery, duration_ms)
        return Finished(row, attempt, delivery, settlement)

    async def _send(self, row: Claimed) -> Delivery:
        """The hand-over. A fault of ours is a failed attempt too: it must not stop the queue."""
        try:
            return await self.connection.send(
                _envelope(row), bytes(row.mime), self.leases.guard(row)
            )
        except LeaseLost:
            raise
        except Exception as fault:  # noqa: BLE001 - one bad mail stalled whole queues elsewhere
            event("send_fault", level=logging.ERROR, exc_info=True)
            return Delivery(verdict=Verdict.TRANSIENT, phase=Phase.DATA, error=fault_words(fault))


def _envelope(row: Claimed) -> Envelope:
    """Who the mail is from and for."""
    return Envelope(row.message_id, row.sender, tuple(row.recipients))
