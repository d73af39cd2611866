"""Decides when to send: as long as mails are due, the server answers and nobody said stop."""

import asyncio
import logging
from contextlib import suppress

from django.db import Error, close_old_connections, connection

from email_service.notifications.delivery.clerk import Clerk
from email_service.notifications.delivery.crew import Crew
from email_service.notifications.delivery.leases import Leases
from email_service.notifications.delivery.ledger import Ledger
from email_service.notifications.delivery.policy import Policy
from email_service.notifications.delivery.pool import Pool
from email_service.notifications.delivery.upkeep import Upkeep
from email_service.notifications.models import NotificationLog, Relay
from email_service.transports import Transport
from email_service.utils.logger import event

# What is in flight at `stop()` may take so long; whoever stops us waits a little longer.
_GRACE = 30.0


class Engine:
    """Delivers what is due through one transport, under `name` in heartbeats.

    Build it inside the event loop that runs it.
    """

    def __init__(self, transport: Transport, policy: Policy, *, name: str) -> None:
        self._transport = transport
        self._policy = policy
        self._clerk = Clerk()
        self._claims = _beside(self._clerk)
        self._leases = Leases(self._clerk, policy.lease, claims=self._claims)
        self._ledger = Ledger(self._clerk)
        self._pool = Pool(transport, self._clerk, policy)
        self._upkeep = Upkeep(
            self._clerk, self._leases, self._make_room, name=name, every=policy.renewal
        )
        self._crew: Crew | None = None
        self._stop = asyncio.Event()
        self._limit = asyncio.timeout(None)

    def stop(self) -> None:
        """Claim nothing more; what is in flight is finished and settled, for up to 30 s."""
        self._stop.set()
        if self._crew:
            self._crew.intake.halt()
        # A run that has just come to its end has no limit any more.
        with suppress(RuntimeError):
            self._limit.reschedule(asyncio.get_running_loop().time() + _GRACE)

    async def run(self, *, until_idle: bool = False) -> None:
        """Deliver until `stop()`; with `until_idle`, until nothing is due or nothing can leave."""
        try:
            await self._work(until_idle=until_idle)
        finally:
            await self.close()

    async def drain(self) -> None:
        """Deliver until nothing is due or nothing can leave; all connections stay for next time.

        (Each wake-up of a worker is one drain, most find nothing: that has to be cheap.)
        """
        try:
            await self._claims.do(close_old_connections)
            await self._clerk.do(close_old_connections)
            due = await self._clerk.do(_something_is_due)
        except Error as error:
            _report_unavailable(error)
            return
        if due:
            await self._work(until_idle=True)
        else:
            await self._upkeep.beat()

    async def close(self) -> None:
        """Close every connection; nothing can be delivered any more."""
        await self._pool.tidy(longest=0)
        await self._claims.close()
        await self._clerk.close()

    async def _work(self, *, until_idle: bool) -> None:
        """Deliver, with the chores that go with it."""
        async with asyncio.TaskGroup() as group:
            # One that fails ends all: lanes would wait for its answer for ever.
            chores = [
                group.create_task(self._ledger.run()),
                group.create_task(self._upkeep.run()),
            ]
            await self._rounds_within_limit(until_idle=until_idle)
            for chore in chores:
                chore.cancel()

    async def _rounds_within_limit(self, *, until_idle: bool) -> None:
        """The rounds, broken off when a stop has lasted too long."""
        self._limit = asyncio.timeout(None)
        try:
            async with self._limit:
                await self._rounds(until_idle=until_idle)
        except TimeoutError:
            event("stopped_in_flight", level=logging.WARNING)

    async def _rounds(self, *, until_idle: bool) -> None:
        """Round after round, with a rest when there was nothing to do."""
        while not self._stop.is_set():
            sent = await self._round()
            if not sent and until_idle:
                await self._upkeep.beat()
                return
            if not sent:
                await self._pool.tidy()
                await self._rest(self._policy.poll)

    async def _round(self) -> bool:
        """Send what is due. False: nothing is due, or nothing can be sent now."""
        try:
            waiting = await self._clerk.do(_waiting, self._transport.name, self._policy.probe)
            for alone in waiting:
                if not await self._flow(alone=alone):
                    return False
            return bool(waiting)
        except* Error as errors:
            _report_unavailable(errors.exceptions[0])
            await self._rest(1)
        return False

    async def _flow(self, *, alone: bool) -> int:
        """Let a crew send until nothing is due; how many mails it claimed.

        `alone` mails each lost their sender once: they go one by one, with nothing beside them.
        """
        if self._stop.is_set():
            return 0
        self._crew = Crew(
            self._pool, self._ledger, self._leases, self._clerk, self._policy, alone=alone
        )
        try:
            return await self._crew.run()
        finally:
            self._crew = None

    def _make_room(self) -> None:
        """Let the crew at work come to its end: something else has to be done."""
        if self._crew:
            self._crew.intake.close()

    async def _rest(self, seconds: float) -> None:
        """Wait, unless it is time to stop."""
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return


def _beside(clerk: Clerk) -> Clerk:
    """Another connection where two can write at a time; SQLite has one writer anyway."""
    return Clerk() if connection.features.has_select_for_update_skip_locked else clerk


def _report_unavailable(error: BaseException) -> None:
    """Write that the database did not answer; whoever asks again begins on a new connection."""
    event("database_unavailable", level=logging.WARNING, error=type(error).__name__)


def _something_is_due() -> bool:
    """Whether any mail waits to be claimed."""
    return NotificationLog.objects.due().exists()


def _waiting(transport: str, probe: float) -> list[bool]:
    """The kinds of mail that may leave now: among others (False), alone (True).

    None when nothing is due, or when the breaker is open and the probe is not ours.
    """
    due = NotificationLog.objects.due()
    kinds = [alone for alone in (False, True) if due.filter(alone=alone).exists()]
    if not kinds:
        return []
    relay = Relay.named(transport)
    return kinds if not relay.open or Relay.win_probe(transport, probe) else []
