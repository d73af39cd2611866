"""Group commit: one transaction for whatever the lanes finished while the last one ran.

Nothing waits on purpose. A lane's settle and its next take travel together, so a connection
never has two unsettled mails.
"""

import asyncio
from typing import NamedTuple

from email_service.notifications.delivery.clerk import Clerk
from email_service.notifications.delivery.report import Finished, report
from email_service.notifications.models import Claimed, OpenAttempt, turn


class _Entry(NamedTuple):
    """What one lane asks for, and the promise of an answer."""

    finished: Finished | None
    row: Claimed | None
    answer: asyncio.Future[OpenAttempt | None]


class Ledger:
    """Writes down what lanes did. `run` has to be running."""

    def __init__(self, clerk: Clerk) -> None:
        self._clerk = clerk
        self._waiting: list[_Entry] = []
        self._arrived = asyncio.Event()

    async def turn(self, finished: Finished | None, row: Claimed | None) -> OpenAttempt | None:
        """Settle the last mail and take the next, either of them None.

        Returns the next one's attempt once both are committed; None if there is no next or
        its lease was lost. Does not give up while the database is away.
        """
        if finished is None and row is None:
            return None
        answer: asyncio.Future[OpenAttempt | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Entry(finished, row, answer))
        self._arrived.set()
        return await answer

    async def run(self) -> None:
        """Commit group after group until cancelled."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            group, self._waiting = self._waiting, []
            await self._commit(group)

    async def _commit(self, group: list[_Entry]) -> None:
        """Write one group and answer everyone in it; the log comes after that, nobody waits."""
        finished = [entry.finished for entry in group if entry.finished]
        rows = [entry.row for entry in group if entry.row]
        attempts = await self._clerk.insist(turn, [one.settlement for one in finished], rows)
        for entry in group:
            if not entry.answer.done():
                entry.answer.set_result(attempts.get(entry.row.pk) if entry.row else None)
        asyncio.get_running_loop().call_soon(report, finished)
