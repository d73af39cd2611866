"""Heartbeat, renewal and rescue: what goes on while mails are sent."""

import asyncio
import logging
from collections.abc import Callable
from math import inf
from time import monotonic

from django.db import Error

from email_service.notifications.delivery.clerk import Clerk
from email_service.notifications.delivery.leases import Leases
from email_service.notifications.models import NotificationLog, Worker, rescue
from email_service.utils.logger import bound, event

# Nobody looks for a heartbeat more often.
_BEAT_EVERY = 1.0


class Upkeep:
    """Every `every` seconds: renew what is held, free what the dead held, show that we live.

    Renewal comes first: after a pause (a closed laptop) our own rows would look abandoned.
    `make_room` is called when a rescued mail waits to be sent alone.
    """

    def __init__(
        self,
        clerk: Clerk,
        leases: Leases,
        make_room: Callable[[], None],
        *,
        name: str,
        every: float,
    ) -> None:
        self._clerk = clerk
        self._leases = leases
        self._make_room = make_room
        self._name = name
        self._every = every
        self._beaten_at = -inf

    async def run(self) -> None:
        """Keep up until cancelled; a database that is away is asked again next time."""
        while True:
            try:
                await self.once()
            except Error as error:
                event("upkeep_failed", level=logging.WARNING, error=type(error).__name__)
            await asyncio.sleep(self._every)

    async def once(self) -> None:
        """One round."""
        await self._leases.renew()
        for row in await self._clerk.do(rescue):
            with bound(request_id=row.request_id, message_id=str(row.message_id)):
                event("lease_expired", level=logging.WARNING, attempt=row.attempt_count)
        await self.beat()
        if await self._clerk.do(_lonely_waits):
            self._make_room()

    async def beat(self) -> None:
        """Show that we live; a run that found nothing to do may end before the first round."""
        if monotonic() - self._beaten_at < _BEAT_EVERY:
            return
        try:
            await self._clerk.do(Worker.beat, self._name)
            self._beaten_at = monotonic()
        except Error as error:
            event("upkeep_failed", level=logging.WARNING, error=type(error).__name__)


def _lonely_waits() -> bool:
    """Whether a mail is due that has to be sent alone."""
    return NotificationLog.objects.due().filter(alone=True).exists()
