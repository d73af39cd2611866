"""A thread in which the event loop's database calls run, one after another."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection

from email_service.utils.logger import event

P = ParamSpec("P")
T = TypeVar("T")

_FIRST_WAIT, _LONGEST_WAIT = 0.2, 2.0


class Clerk:
    """Runs database work in its own thread, one call after another, on one connection."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="clerk")
        self._closed = False

    async def do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` there. Raises what it raises, the connection closed if it is in doubt."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: _safely(work, *args, **kwargs))

    async def insist(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` until the database takes it: what happened has to be written down."""
        wait = _FIRST_WAIT
        while True:
            try:
                return await self.do(work, *args, **kwargs)
            except (OperationalError, InterfaceError) as error:
                event("database_unavailable", level=logging.WARNING, error=type(error).__name__)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)

    async def close(self) -> None:
        """Close the connection and end the thread; closed again, nothing happens."""
        if not self._closed:
            self._closed = True
            await self.do(_close)
            self._thread.shutdown()


def _safely(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `work`; after a database error the next call begins on a new connection."""
    try:
        return work(*args, **kwargs)
    except (OperationalError, InterfaceError):
        connection.close()
        raise


def _close() -> None:
    """Close this thread's connection (`connection` stands for another one in each thread)."""
    connection.close()
