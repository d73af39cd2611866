"""Claimed rows waiting for a connection. Only a lane that holds a live connection asks."""

import asyncio
from collections import deque
from collections.abc import Callable

from email_service.notifications.delivery.leases import Leases
from email_service.notifications.models import NotificationLog


class Intake:
    """Feeds lanes; up to `limit` rows are claimed at once when the last ones are gone.

    `surplus` is told how many rows wait right after a claim: more lanes may be worth it.
    `closed`: nothing more is claimed.
    """

    def __init__(
        self, leases: Leases, limit: int, surplus: Callable[[int], None], *, alone: bool = False
    ) -> None:
        self._leases = leases
        self._limit = limit
        self._surplus = surplus
        self._alone = alone
        self._rows: deque[NotificationLog] = deque()
        self._claiming = asyncio.Lock()
        self.closed = False
        self._halted = False
        self.claimed = 0

    def at_hand(self) -> NotificationLog | None:
        """A waiting row, without asking the database."""
        return self._rows.popleft() if self._rows and not self._halted else None

    async def next(self) -> NotificationLog | None:
        """A row to send, claimed now if none waits; None when nothing is due."""
        async with self._claiming:
            if not self._rows and not self.closed:
                await self._claim()
        return self.at_hand()

    def close(self) -> None:
        """Claim nothing more; what waits still goes out."""
        self.closed = True

    def halt(self) -> None:
        """Hand out nothing more either."""
        self.closed = self._halted = True

    async def give_back(self) -> None:
        """Free the rows that were claimed and not taken, so that others need not wait."""
        self.halt()
        rows = list(self._rows)
        self._rows.clear()
        await self._leases.release(rows)

    async def _claim(self) -> None:
        """Claim the next rows."""
        rows = await self._leases.claim(self._limit, alone=self._alone)
        self._rows.extend(rows)
        self.claimed += len(rows)
        if len(rows) > 1:
            self._surplus(len(rows) - 1)
