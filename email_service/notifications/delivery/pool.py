"""Connections, opened when needed and kept for the next mail; outages are recorded here."""

import logging
from time import monotonic

from email_service.notifications.delivery.clerk import Clerk
from email_service.notifications.delivery.policy import Policy
from email_service.notifications.models import NotificationLog, Relay
from email_service.transports import Connection, Outage, Transport
from email_service.utils.logger import bound, event

# A connection that rested this long is closed: servers count open ones.
_LONGEST_REST = 30.0


class Pool:
    """Hands out connections of one transport. `in_use` counts those handed out."""

    def __init__(self, transport: Transport, clerk: Clerk, policy: Policy) -> None:
        self._transport = transport
        self._clerk = clerk
        self._policy = policy
        self._resting: list[tuple[float, Connection]] = []
        self.in_use = 0

    async def get(self) -> Connection | None:
        """A live connection, or None when the server refused one; the outage is recorded then.

        An extra connection that is refused while others work is a limit of the server's, not
        an outage.
        """
        connection = await self._rested() or await self._fresh()
        if connection:
            self.in_use += 1
        return connection

    async def put(self, connection: Connection) -> None:
        """Take one back: kept if it lives, else closed."""
        self.in_use -= 1
        connection.withdraw()  # whoever takes it next has mails of their own
        if await connection.usable():
            self._resting.append((monotonic(), connection))
        else:
            await connection.close()

    async def tidy(self, longest: float = _LONGEST_REST) -> None:
        """Close those that rested for more than `longest` seconds."""
        old = [pair for pair in self._resting if monotonic() - pair[0] >= longest]
        self._resting = [pair for pair in self._resting if pair not in old]
        for _, connection in old:
            await connection.close()

    async def _rested(self) -> Connection | None:
        """A kept connection that still lives."""
        while self._resting:
            _, connection = self._resting.pop()
            if await connection.usable():
                return connection
            await connection.close()
        return None

    async def _fresh(self) -> Connection | None:
        """A new connection; success ends an outage, refusal counts towards one."""
        try:
            connection = await self._transport.connect()
        except Outage as outage:
            if not self.in_use:
                await self._refused(outage)
            return None
        await self._clerk.do(Relay.answered, self._transport.name)
        return connection

    async def _refused(self, outage: Outage) -> None:
        """Write the outage down, and end the mails for which it has lasted too long."""
        relay = await self._clerk.do(_record, self._transport.name, str(outage), self._policy)
        event(
            "outage",
            level=logging.ERROR,
            transport=self._transport.name,
            smtp_phase=outage.phase,
            smtp_code=outage.code,
            in_a_row=relay.outages,
            error=str(outage),
        )


def _record(transport: str, error: str, policy: Policy) -> Relay:
    """Count the outage, mark the due mails that met it, give up the overdue ones."""
    relay = Relay.refused(transport, error, policy.probe)
    NotificationLog.objects.meet_outage()
    for row in NotificationLog.objects.overdue(policy.max_age).give_up(f"outage: {error}"):
        with bound(request_id=row.request_id, message_id=str(row.message_id)):
            event("failed", level=logging.ERROR, status="failed", error=f"outage: {error}")
    return relay
