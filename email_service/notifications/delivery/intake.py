"""Claimed rows waiting for a connection. Only a lane that holds a live connection asks."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from django.db import Error

from email_service.notifications.delivery.leases import Leases
from email_service.notifications.models import Claimed

_ROWS_A_LANE = 4

Spawn = Callable[[Coroutine[Any, Any, None]], object]


class Intake:
    """Feeds up to `lanes` lanes; a few rows for each are claimed at once, or one `alone`.

    While many mails are due the next rows are claimed before the last ones are gone, in a task
    that `spawn` starts. `surplus` is told how many rows wait right after a claim: more lanes may
    be worth it. `closed`: nothing more is claimed; `halted`: nothing more is handed out either.
    """

    def __init__(
        self,
        leases: Leases,
        lanes: int,
        *,
        surplus: Callable[[int], None],
        spawn: Spawn,
        alone: bool = False,
    ) -> None:
        self._leases = leases
        self._lanes = lanes
        self._limit = 1 if alone else lanes * _ROWS_A_LANE
        self._surplus = surplus
        self._spawn = spawn
        self._alone = alone
        self._rows: deque[Claimed] = deque()
        self._claiming = asyncio.Lock()
        self._more_due = False
        self._claims = self._dry_claim = 0
        self.closed = False
        self.halted = False
        self.claimed = 0

    @property
    def waiting(self) -> bool:
        """Whether a row is at hand."""
        return bool(self._rows) and not self.halted

    def at_hand(self) -> Claimed | None:
        """A waiting row, without asking the database."""
        row = self._rows.popleft() if self.waiting else None
        if self._more_due and not self.closed and len(self._rows) <= self._limit // 2:
            self._more_due = False
            self._spawn(self._claim_ahead())
        return row

    def spare(self) -> Claimed | None:
        """A waiting row, if there are more than all lanes together will want next."""
        return self.at_hand() if len(self._rows) > self._lanes else None

    def put_back(self, row: Claimed) -> None:
        """A row that was handed out waits again, before all others."""
        self._rows.appendleft(row)

    async def next(self) -> Claimed | None:
        """A row to send, claimed now if none waits; None when nothing is due."""
        claims_before = self._claims
        async with self._claiming:
            # Whoever had to wait for a claim that found nothing has its answer, too.
            if not self._rows and not self.closed and self._dry_claim <= claims_before:
                await self._claim()
        return self.at_hand()

    def close(self) -> None:
        """Claim nothing more; what waits still goes out."""
        self.closed = True

    def halt(self) -> None:
        """Hand out nothing more either."""
        self.closed = self.halted = True

    async def give_back(self) -> None:
        """Free the rows that were claimed and not taken, so that others need not wait."""
        self.halt()
        rows = list(self._rows)
        self._rows.clear()
        await self._leases.release(rows)

    async def _claim_ahead(self) -> None:
        """Claim while there is still something to send; a lane that finds nothing asks again."""
        async with self._claiming:
            with suppress(Error):
                await self._claim()

    async def _claim(self) -> None:
        """Claim the next rows."""
        rows = await self._leases.claim(self._limit, alone=self._alone)
        self._claims += 1
        self._rows.extend(rows)
        self.claimed += len(rows)
        self._more_due = len(rows) == self._limit and not self._alone
        if not rows:
            self._dry_claim = self._claims
        if len(rows) > 1:
            self._surplus(len(rows) - 1)
