"""Calls of checks in threads: one with a time limit, and a queue of those run beside others."""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from time import monotonic
from typing import Any

from labs.runner.course import Check
from labs.runner.rig import Rig
from labs.runner.witness import BESIDE

WORKERS = 2
"""Most of these checks wait for a time-out: two of them still leave a core to the others."""


class Call:
    """One function called in a thread; what it raised is kept in `error`."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self.error: BaseException | None = None
        self.begun = 0.0
        self._function = function
        self._ended = threading.Event()

    def start(self) -> None:
        """Call it in a new thread, unless it was called already."""
        if not self.begun:
            threading.Thread(target=self.run, daemon=True).start()

    def run(self) -> None:
        """Call it in this thread."""
        self.begun = monotonic()
        try:
            self._function()
        except BaseException as error:  # noqa: BLE001 - carried to the judge's thread
            self.error = error
        finally:
            self._ended.set()

    def ended_within(self, seconds: float) -> bool:
        """Whether it came to its end, in either way."""
        return self._ended.wait(seconds)


class Beside:
    """Checks that use services of their own only, begun in order by `WORKERS` threads."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._calls: dict[str, Call] = {}
        self._waiting: SimpleQueue[Call] = SimpleQueue()
        self._workers: list[threading.Thread] = []

    def add(self, check: Check, function: Callable[..., Any]) -> None:
        """Let a check wait for its turn in the thread."""
        call = Call(lambda: function(rig=self._rig))
        self._calls[check.key] = call
        self._waiting.put(call)
        if len(self._workers) < WORKERS:
            self._workers.append(threading.Thread(target=self._work, daemon=True))
            self._workers[-1].start()

    def call(self, check: Check) -> "Waiting | None":
        """The call of that check, if it runs here."""
        call = self._calls.get(check.key)
        return Waiting(call) if call is not None else None

    def begun(self, check: Check) -> float:
        """When it began; 0 if it has not, or does not run here."""
        call = self._calls.get(check.key)
        return call.begun if call is not None else 0.0

    def _work(self) -> None:
        BESIDE.set(True)
        while True:
            self._waiting.get().run()


class Waiting:
    """A call that somebody else makes: starting it is not ours."""

    def __init__(self, call: Call) -> None:
        self._call = call

    @property
    def error(self) -> BaseException | None:
        """What it raised."""
        return self._call.error

    def start(self) -> None:
        """Nothing: its turn comes in the other thread."""

    def ended_within(self, seconds: float) -> bool:
        """Whether it came to its end within that time from its own beginning, or from now."""
        return self._call.ended_within(seconds)
