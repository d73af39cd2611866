"""The lanes at work on one intake: one at first, more while more mails wait."""

import asyncio

from email_service.notifications.delivery.intake import Intake
from email_service.notifications.delivery.lane import Lane
from email_service.notifications.delivery.leases import Leases
from email_service.notifications.delivery.ledger import Ledger
from email_service.notifications.delivery.policy import Policy
from email_service.notifications.delivery.pool import Pool
from email_service.transports import Connection

_ROWS_A_LANE = 4


class Crew:
    """Up to `policy.connections` lanes; just one when `alone` mails are sent."""

    def __init__(
        self, pool: Pool, ledger: Ledger, leases: Leases, policy: Policy, *, alone: bool
    ) -> None:
        self._pool = pool
        self._ledger = ledger
        self._leases = leases
        self._policy = policy
        self._most = 1 if alone else policy.connections
        self._busy = 0
        self._group = asyncio.TaskGroup()
        limit = 1 if alone else self._most * _ROWS_A_LANE
        self.intake = Intake(leases, limit, self._reinforce, alone=alone)

    async def run(self) -> int:
        """Send until nothing is due; the number of mails claimed (0: none due, or no way out)."""
        try:
            async with self._group:
                self._group.create_task(self._work())
        finally:
            await self.intake.give_back()
        return self.intake.claimed

    def _reinforce(self, waiting: int) -> None:
        """Add a lane for each waiting mail, as far as there are lanes left."""
        for _ in range(min(waiting, self._most - self._busy)):
            self._group.create_task(self._work())

    async def _work(self) -> None:
        """One lane, from getting its connection to giving it back."""
        self._busy += 1
        try:
            connection = await self._pool.get()
            if connection:
                await self._run_lane(connection)
        finally:
            self._busy -= 1

    async def _run_lane(self, connection: Connection) -> None:
        """Send over this connection until nothing is due or it is spent."""
        try:
            await Lane(
                connection=connection,
                intake=self.intake,
                ledger=self._ledger,
                leases=self._leases,
                policy=self._policy,
            ).run()
        finally:
            await self._pool.put(connection)
