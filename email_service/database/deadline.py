"""How long a PostgreSQL call may take before its caller goes on without an answer.

The server's own time-outs and TCP's do not help when the network falls silent yet still
acknowledges: a connection then hangs for ever (measured over 12 s with all of them set). So the
client looks at its own clock, in `waiting`. SQLite has no network; its busy time-out bounds it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic

from django.db import connections

# What a web request waits for one call.
_default_seconds = 3.0
# Above the server's own statement_timeout: if the server still lives, its answer comes first.
_PATIENT_SECONDS = 10.0
# SQLite has one writer: how long to wait until it is our turn.
_PATIENT_LOCK_SECONDS = 20


@dataclass(frozen=True)
class Limit:
    """Until when a call may go on, and whether its end tells that the database is silent."""

    ends_at: float
    alarming: bool


@dataclass(frozen=True)
class _Rule:
    """Seconds for each call (`shared_end` None), or one moment that all calls share."""

    seconds: float
    shared_end: float | None = None


_rule: ContextVar[_Rule | None] = ContextVar("deadline_rule", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Give each PostgreSQL call inside this block `seconds` of its own.

    A call that takes longer loses its connection, raises django.db.OperationalError and
    closes the gate.
    """
    with _ruled_by(_Rule(seconds)):
        yield


@contextmanager
def budget(seconds: float) -> Iterator[None]:
    """Give all PostgreSQL calls inside this block `seconds` together.

    For questions about the database's health: to go over it raises as `deadline` does, but
    leaves the gate alone, since a slow answer here says nothing about the callers' calls.
    """
    with _ruled_by(_Rule(seconds, monotonic() + seconds)):
        yield


def limit() -> Limit:
    """The limit of a call that begins now in this thread."""
    rule = _rule.get() or _Rule(_default_seconds)
    if rule.shared_end is None:
        return Limit(monotonic() + rule.seconds, alarming=True)
    return Limit(rule.shared_end, alarming=False)


def be_patient() -> None:
    """Let every call of this process wait longer than a web request's may.

    For the dispatcher and the workers, before their first query: nobody waits for their answer,
    and a settlement given up early is a mail sent again.
    """
    global _default_seconds
    _default_seconds = _PATIENT_SECONDS
    for options in connections.settings.values():
        if "sqlite" in options["ENGINE"]:
            options["OPTIONS"]["timeout"] = _PATIENT_LOCK_SECONDS


@contextmanager
def _ruled_by(rule: _Rule) -> Iterator[None]:
    """Put `rule` in force inside the block."""
    token = _rule.set(rule)
    try:
        yield
    finally:
        _rule.reset(token)
