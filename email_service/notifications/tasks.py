"""The Celery task: a thin shell around delivery."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Event

from celery import shared_task
from celery.signals import worker_shutting_down

from email_service.notifications.delivery import engine_from_settings, run

_stopping = Event()
_running: set[Callable[[], object]] = set()


@shared_task(name="emails.deliver")
def deliver() -> None:
    """Send whatever is due, then end. Running it twice, or for nothing, is harmless."""
    if not _stopping.is_set():
        run(_drain())


@worker_shutting_down.connect
def stop_claiming(**_: object) -> None:
    """A worker told to stop finishes what is in flight: a backlog must not keep it for minutes.

    Heard by the pools that run tasks in the worker's own process, such as threads.
    """
    _stopping.set()
    for stop in list(_running):
        # A loop that has ended meanwhile takes no more calls.
        with suppress(RuntimeError):
            stop()


async def _drain() -> None:
    """One engine's work, from the first due mail to the last."""
    engine = engine_from_settings("worker")
    stop = partial(asyncio.get_running_loop().call_soon_threadsafe, engine.stop)
    _running.add(stop)
    if _stopping.is_set():  # since `deliver` looked
        stop()
    try:
        await engine.run(until_idle=True)
    finally:
        _running.discard(stop)
