"""News of the mailbox: who listens is told, who is too slow is let go."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

_LONGEST_BACKLOG = 256


class Event(NamedTuple):
    """One piece of news: Mailpit's type (`new`, `update`, `delete` …) and what it carries."""

    type: str
    content: Any


class TooSlowError(Exception):
    """The listener fell too far behind: close it, it should ask for everything again."""


class Listener:
    """A queue of events that its owner reads one by one."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[Event] = asyncio.Queue(_LONGEST_BACKLOG)
        self._overrun = False

    def tell(self, event: Event) -> None:
        """Add an event, or mark the listener as too slow."""
        try:
            self._events.put_nowait(event)
        except asyncio.QueueFull:
            self._overrun = True

    async def next(self) -> Event:
        """Wait for the next event; raises TooSlowError when some had to be dropped."""
        if self._overrun:
            self._overrun = False
            while not self._events.empty():
                self._events.get_nowait()
            raise TooSlowError
        return await self._events.get()


class Hub:
    """Tells every event to every listener, from the event loop only."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    def publish(self, type_: str, content: Any = None) -> None:
        """Tell all listeners; never waits."""
        for listener in self._listeners:
            listener.tell(Event(type_, content))

    @contextmanager
    def listening(self) -> Iterator[Listener]:
        """Listen for as long as the block runs."""
        listener = Listener()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
