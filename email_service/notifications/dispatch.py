"""Dispatch: a hint, after the commit, to whoever delivers. Losing one loses no mail.

The dispatcher (`manage.py deliver`) looks at the rows by itself; Celery's workers are woken
through Redis. After a failed publish the next ones are left out for a while, so that a broker
that is down costs one request a second of waiting and not every request.
"""

import asyncio
import logging
import signal
from threading import Lock
from time import monotonic

from django.conf import settings
from django.db import Error, connection

from email_service.notifications.models import rescue
from email_service.utils.logger import event

_PAUSE_AFTER_FAILURE = 5.0
_SWEEP_EVERY = 1.0


class Wake:
    """Publishes wake-ups, with a breaker of its own. Never raises."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._silent_until = 0.0

    def __call__(self) -> bool:
        """Publish one; False if it was left out or failed."""
        if monotonic() < self._silent_until:
            return False
        try:
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
    """Free what dead workers held and wake the living, every second, until SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), lambda *_: loop.call_soon_threadsafe(stop.set))
    while not stop.is_set():
        await asyncio.to_thread(_sweep)
        try:
            await asyncio.wait_for(stop.wait(), _SWEEP_EVERY)
        except TimeoutError:
            continue


def _sweep() -> None:
    """One round. The wake-up goes out even if nothing is due: it is the workers' heartbeat."""
    try:
        _rescue()
    except Error as error:
        # A database that is away is asked again next time, on a new connection.
        connection.close()
        event("sweep_failed", level=logging.WARNING, error=type(error).__name__)
    _wake()


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


def _publish() -> None:
    """Put one wake-up on the queue `emails`."""
    # Imported here: a service without Celery does not load it.
    from email_service.celery import QUEUE
    from email_service.notifications.tasks import deliver

    deliver.apply_async(queue=QUEUE, retry=False)
