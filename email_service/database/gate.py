"""The gate before the database: once it fell silent, nobody waits for it until it answers.

Without a gate each request waits its own deadline, and more requests queue behind them for a
thread: 16 clients on 8 threads waited up to 9 s for their 503 (measured).
"""

import threading
from functools import cache
from math import inf
from time import monotonic
from typing import Any

from django.db import connections

from email_service.database.probe import database_watch
from email_service.database.watch import Watch


class Gate:
    """Closed from the moment of a passed deadline until a probe that began later succeeds."""

    def __init__(self, probe: Watch[int]) -> None:
        self._probe = probe
        self._closed_at = -inf
        self._closings = 0
        self._seen = threading.local()

    def close(self) -> None:
        """Note that the database is silent now, and have it probed once a second."""
        self._closed_at = monotonic()
        self._closings += 1
        self._probe.start()

    def closed(self) -> bool:
        """Whether a caller should go away at once rather than ask the database."""
        if self._closed_at <= self._probe.succeeded_at:
            return False
        # Also in a child that was forked while the gate was closed: it has no probe yet.
        self._probe.start()
        return True

    def drop_stale_connections(self) -> None:
        """Drop this thread's connections if the gate was closed since its last call.

        They lead into the network that fell silent: whoever forgot them there will never
        answer, and the next statement would wait its whole deadline to find that out.
        """
        if getattr(self._seen, "closings", 0) != self._closings:
            connections.close_all()
        self._seen.closings = self._closings


@cache
def _gate() -> Gate:
    """The gate of this process."""
    return Gate(database_watch())


def close() -> None:
    """Close this process's gate: a deadline passed."""
    _gate().close()


def closed() -> bool:
    """Whether requests of this process should be answered 503 without asking the database."""
    return _gate().closed()


def drop_stale_connections(**_signal: Any) -> None:
    """At the start of a request: leave the connections from before the last silence."""
    _gate().drop_stale_connections()
