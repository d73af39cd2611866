"""A watch looks at one dependency once a second, in a thread of its own, for all who ask.

Whoever asks gets the last reading and never waits for the dependency itself: with a silent
database and busy threads, looking in the request would take as long as the queue before it.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from threading import Condition, Thread
from time import monotonic
from typing import Generic, TypeVar

from django.db import connections

T = TypeVar("T")


@dataclass(frozen=True)
class Reading(Generic[T]):
    """What a look found, None if it failed; moments are of the monotonic clock."""

    began_at: float
    ended_at: float
    value: T | None

    @property
    def latency_ms(self) -> float:
        """How long the look took."""
        return round((self.ended_at - self.began_at) * 1000, 1)


class Watch(Generic[T]):
    """Calls `look` every `every` seconds from the first question on; `failures` are its errors.

    `succeeded_at` is when the last look that succeeded began.
    """

    def __init__(
        self, look: Callable[[], T], failures: tuple[type[Exception], ...], every: float = 1.0
    ) -> None:
        self._look, self._failures, self._every = look, failures, every
        self._forget()
        if hasattr(os, "register_at_fork"):
            # A thread does not survive a fork, and the lock it held would stay locked.
            os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        """The state before the first question."""
        self._changed = Condition()
        self._thread: Thread | None = None
        self._stopping = False
        self._last: Reading[T] | None = None
        self.succeeded_at = -inf

    def start(self) -> None:
        """Begin to look, unless that has begun already."""
        with self._changed:
            if self._thread and self._thread.is_alive():
                return
            self._stopping = False
            self._thread = Thread(target=self._run, name="watch", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread and its database connection; the next question starts another."""
        with self._changed:
            thread, self._stopping = self._thread, True
            self._changed.notify_all()
        if thread:
            thread.join()
        self._last = None

    def latest(self, *, max_age: float = 1.0, wait: float) -> Reading[T] | None:
        """A reading at most `max_age` seconds old, waited for at most `wait`; None if none came."""
        self.start()
        with self._changed:
            self._changed.wait_for(lambda: self._fresh(max_age), wait)
            return self._last if self._fresh(max_age) else None

    def _fresh(self, max_age: float) -> bool:
        """Whether the last reading is young enough."""
        return self._last is not None and monotonic() - self._last.ended_at <= max_age

    def _run(self) -> None:
        """Look, publish, rest; until stopped."""
        try:
            while not self._stopping:
                self._publish(self._read())
        finally:
            connections.close_all()

    def _read(self) -> Reading[T]:
        """One look; a failed one also drops the thread's database connection."""
        began_at, value = monotonic(), None
        try:
            value = self._look()
        except self._failures:
            connections.close_all()
        return Reading(began_at, monotonic(), value)

    def _publish(self, reading: Reading[T]) -> None:
        """Make `reading` the last one, then rest for what is left of the interval."""
        with self._changed:
            self._last = reading
            if reading.value is not None:
                self.succeeded_at = reading.began_at
            self._changed.notify_all()
            rest_until = reading.began_at + self._every
            while not self._stopping and (left := rest_until - monotonic()) > 0:
                self._changed.wait(left)
