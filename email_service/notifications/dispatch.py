"""Dispatch: a hint, after the commit, to whoever delivers. Losing one loses no mail.

The dispatcher (`manage.py deliver`) looks at the rows by itself; Celery's workers are woken
through Redis. After a failed publish the next ones are left out for a while, so that a broker
that is down costs one request a second of waiting and not every request.
"""

import asyncio
import logging
import signal
from math import inf
from threading import Lock
from time import monotonic

from django.conf import settings
from django.db import Error, connection

from email_service.notifications.models import NotificationLog, rescue
from email_service.utils.logger import event

_PAUSE_AFTER_FAILURE = 5.0
_SWEEP_EVERY = 1.0
# Idle workers are woken so often, to show that they still listen.
_HEARTBEAT_EVERY = 5.0
# More than so many wake-ups in the queue are of no use: each sends whatever is due.
_ENOUGH = 10


class Wake:
    """Publishes wake-ups, with a breaker of its own. Never raises."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._silent_until = 0.0

    def __call__(self, *, unless_waiting: int | None = None) -> bool:
        """Publish one; False if it was left out or failed.

        With `unless_waiting` it is left out when so many wait in the queue already.
        """
        if monotonic() < self._silent_until:
            return False
        try:
            if unless_waiting and _waiting() >= unless_waiting:
                return False
            _publish()
        except Exception as error:  # noqa: BLE001 - kombu and redis raise many kinds; all mean "no"
            self._fall_silent(error)
            return False
        return True

    def _fall_silent(self, error: Exception) -> None:
        """Leave wake-ups to the sweep for a while."""
        with self._lock:
            self._silent_until = monotonic() + _PAUSE_AFTER_FAILURE
        event("dispatch_failed", level=logging.WARNING, error=type(error).__name__)


_wake = Wake()


def wake() -> None:
    """Hint that a mail is due, after its commit. Never raises, never waits long."""
    if settings.ENVIRONMENT.email_transport == "celery":
        if _wake():
            event("dispatched", to="workers")
    else:
        event("dispatched", to="dispatcher")


async def sweep_for_workers() -> None:
    """Free what dead workers held and wake the living, every second, until SIGTERM or Ctrl-C.

    A lost wake-up is made good by that, and it is by that alone that retries begin.
    """
    woken_at = -inf
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), lambda *_: loop.call_soon_threadsafe(stop.set))
    while not stop.is_set():
        if await asyncio.to_thread(_sweep, idle=monotonic() - woken_at < _HEARTBEAT_EVERY):
            woken_at = monotonic()
        try:
            await asyncio.wait_for(stop.wait(), _SWEEP_EVERY)
        except TimeoutError:
            continue


def _sweep(*, idle: bool = False) -> bool:
    """One round: whether somebody was woken. While `idle` nobody is, unless a mail is due."""
    try:
        _rescue()
        wanted = not idle or NotificationLog.objects.due().exists()
    except Error as error:
        # A database that is away is asked again next time, on a new connection.
        connection.close()
        event("sweep_failed", level=logging.WARNING, error=type(error).__name__)
        wanted = True
    return wanted and _wake(unless_waiting=_ENOUGH)


def _rescue() -> None:
    """Free what dead workers held."""
    for row in rescue():
        event(
            "lease_expired",
            level=logging.WARNING,
            message_id=str(row.message_id),
            request_id=row.request_id,
            attempt=row.attempt_count,
        )


def _waiting() -> int:
    """How many wake-ups wait in the queue `emails`."""
    # Imported here, as below.
    from email_service.celery import QUEUE, app

    with app.connection_for_write() as connection:
        try:
            return int(connection.default_channel.queue_declare(QUEUE, passive=True).message_count)
        except connection.channel_errors:
            return 0  # a queue that was never written to does not exist


def _publish() -> None:
    """Put one wake-up on the queue `emails`."""
    # Imported here: a service without Celery does not load it.
    from email_service.celery import QUEUE
    from email_service.notifications.tasks import deliver

    deliver.apply_async(queue=QUEUE, retry=False)
