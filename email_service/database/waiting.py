"""psycopg2's waiting, with an eye on the clock: the only file that knows this driver."""

import selectors
import threading
from collections.abc import Callable
from math import inf
from time import monotonic

import psycopg2
from psycopg2 import extensions

from email_service.database.deadline import Limit, limit

# poll() has no limit on descriptor numbers, select() has; Windows only has select().
_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)
_EVENTS = {
    extensions.POLL_READ: selectors.EVENT_READ,
    extensions.POLL_WRITE: selectors.EVENT_WRITE,
}
_this_thread = threading.local()


class DatabaseSilent(psycopg2.OperationalError):
    """The database did not answer before the deadline: answer 503, the connection is gone."""


def install(
    on_silence: Callable[[], None], known_silent: Callable[[], bool] = lambda: False
) -> None:
    """Bound every psycopg2 call of this process by its deadline.

    While `known_silent()`, nobody but a probe dials: Django checks a kept connection, drops it
    when its deadline passes and dials anew, and the second deadline would follow the first.

    When one passes, `on_silence` is called (unless the call was a probe's) and DatabaseSilent
    raised; psycopg2 closes a connection whose waiting raised. So does Ctrl-C: to cancel the
    statement first, as psycopg2's own example does, would itself wait for the silent server.
    """

    def wait(connection: extensions.connection) -> None:
        within = limit()
        if within.alarming and _dialling(connection) and known_silent():
            raise DatabaseSilent("the database is known to be silent")
        while (state := connection.poll()) != extensions.POLL_OK:
            if not _ready(connection.fileno(), state, within):
                _give_up(within, on_silence)
        _this_thread.answered_at = monotonic()

    extensions.set_wait_callback(wait)


def answered_within(seconds: float) -> bool:
    """Whether the database answered a call of this thread within the last `seconds`."""
    return monotonic() - getattr(_this_thread, "answered_at", -inf) <= seconds


def _dialling(connection: extensions.connection) -> bool:
    """Whether the connection is still being made."""
    made = (extensions.STATUS_READY, extensions.STATUS_BEGIN, extensions.STATUS_PREPARED)
    return connection.status not in made


def _ready(descriptor: int, state: int, within: Limit) -> bool:
    """Whether the socket became ready for what libpq wants before the limit."""
    with _Selector() as selector:
        selector.register(descriptor, _EVENTS[state])
        return bool(selector.select(max(0.0, within.ends_at - monotonic())))


def _give_up(within: Limit, on_silence: Callable[[], None]) -> None:
    """Tell that the database is silent, and raise it."""
    if within.alarming:
        on_silence()
    raise DatabaseSilent("the database did not answer before the deadline")
