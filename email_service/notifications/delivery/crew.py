"""The lanes at work on one intake: one at first, more while more mails wait."""

import asyncio
from time import monotonic

from django.db import Error

from email_service.notifications.delivery.clerk import Clerk
from email_service.notifications.delivery.intake import Intake
from email_service.notifications.delivery.lane import Lane
from email_service.notifications.delivery.leases import Leases
from email_service.notifications.delivery.ledger import Ledger
from email_service.notifications.delivery.policy import Policy
from email_service.notifications.delivery.pool import Pool
from email_service.notifications.models import NotificationLog
from email_service.transports import Connection


class Crew:
    """Up to `policy.connections` lanes; just one when `alone` mails are sent."""

    def __init__(
        self,
        pool: Pool,
        ledger: Ledger,
        leases: Leases,
        clerk: Clerk,
        policy: Policy,
        *,
        alone: bool,
    ) -> None:
        self._pool = pool
        self._ledger = ledger
        self._leases = leases
        self._clerk = clerk
        self._policy = policy
        self._most = 1 if alone else policy.connections
        self._busy = 0
        self._lanes: set[Lane] = set()
        self._done = asyncio.Event()
        self._refused_at = float("-inf")
        self._trouble: Error | None = None
        self._group = asyncio.TaskGroup()
        self.intake = Intake(
            leases,
            self._most,
            surplus=self._reinforce,
            spawn=self._group.create_task,
            alone=alone,
        )

    async def run(self) -> int:
        """Send until nothing is due; the number of mails claimed (0: none due, or no way out).

        Raises django.db.Error when no more could be claimed; what was in flight is settled then.
        """
        try:
            async with self._group:
                self._reinforce(1)
                self._group.create_task(self._look_out())
        finally:
            await self.intake.give_back()
        if self._trouble:
            raise self._trouble
        return self.intake.claimed

    def _reinforce(self, waiting: int) -> None:
        """Add a lane for each waiting mail, as far as there are lanes left."""
        for _ in range(min(waiting, self._most - self._busy)):
            self._busy += 1
            self._group.create_task(self._work())

    async def _work(self) -> None:
        """One lane, from getting its connection to giving it back."""
        try:
            connection = await self._pool.get()
            if connection:
                await self._run_lane(connection)
            else:
                self._refused_at = monotonic()
        except Error as error:
            self._stop_claiming(error)
        finally:
            self._busy -= 1
            if not self._busy:
                self._done.set()

    async def _look_out(self) -> None:
        """While lanes are held up by slow mails, add one when others have become due."""
        while not await self._over_within(self._policy.poll):
            for lane in self._lanes:
                lane.lose_patience()
            try:
                if self._may_grow() and await self._others_wait():
                    self._reinforce(1)
            except Error as error:
                self._stop_claiming(error)

    async def _others_wait(self) -> bool:
        """Whether a mail waits for a lane: one at hand, or one to be claimed."""
        return self.intake.waiting or await self._clerk.do(_others_are_due)

    def _may_grow(self) -> bool:
        """Whether another lane is allowed, one has its connection, and none was refused lately."""
        welcome = self._pool.in_use and monotonic() - self._refused_at >= self._policy.probe
        return bool(welcome) and self._busy < self._most and not self.intake.closed

    async def _over_within(self, seconds: float) -> bool:
        """Whether the last lane ends before so many seconds have passed."""
        try:
            await asyncio.wait_for(self._done.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _stop_claiming(self, error: Error) -> None:
        """Let the lanes at work finish and settle: to break them off would send mails twice."""
        self._trouble = error
        self.intake.close()

    async def _run_lane(self, connection: Connection) -> None:
        """Send over this connection until nothing is due or it is spent."""
        lane = Lane(
            connection=connection,
            intake=self.intake,
            ledger=self._ledger,
            leases=self._leases,
            policy=self._policy,
        )
        self._lanes.add(lane)
        try:
            await lane.run()
        finally:
            self._lanes.discard(lane)
            await self._pool.put(connection)


def _others_are_due() -> bool:
    """Whether a mail that may leave among others waits to be claimed."""
    return NotificationLog.objects.due().filter(alone=False).exists()
