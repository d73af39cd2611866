"""The verdict of /healthz and /readyz, from the last readings of the watches.

Nothing here asks a dependency: it waits at most `WAIT` for a reading that is at most 1 s old, so
the answer comes within 2 s even when every dependency is silent.
"""

from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from email_service.database.probe import database_watch
from email_service.database.watch import Reading, Watch
from email_service.health.outbox import OutboxState
from email_service.health.watches import outbox_watch, redis_watch

T = TypeVar("T")

WAIT = 1.7
# A queue that is later than this is a lag, a worker not seen for longer is stale: both warn.
LAG_SECONDS = 60
STALE_SECONDS = 30

PASS, WARN, FAIL, SKIPPED = "pass", "warn", "fail", "skipped"


@dataclass(frozen=True)
class Verdict:
    """`status` is the worst of the checks; `checks` as /healthz shows them."""

    status: str
    checks: dict[str, dict[str, Any]]


def health(redis_url: str) -> Verdict:
    """How the service is; without `redis_url` Redis is skipped."""
    watches: list[Watch[Any]] = [database_watch(), outbox_watch()]
    watches += [redis_watch(redis_url)] if redis_url else []
    database, outbox, *redis = _latest(watches)
    checks = {
        "database": _answering(database),
        "redis": _answering(redis[0]) if redis else {"status": SKIPPED, "latency_ms": None},
        **_outbox(outbox.value if outbox else None),
    }
    return Verdict(_worst(checks), checks)


def ready() -> bool:
    """Whether the database answers and has every migration."""
    (database,) = _latest([database_watch()])
    return database is not None and database.value == 0


def _latest(watches: list[Watch[Any]]) -> list[Reading[Any] | None]:
    """A fresh reading of each, all of them waited for together."""
    until = monotonic() + WAIT
    for watch in watches:
        watch.start()
    return [watch.latest(wait=max(0.0, until - monotonic())) for watch in watches]


def _answering(reading: Reading[T] | None) -> dict[str, Any]:
    """The check of a dependency that either answers or does not."""
    if reading is None or reading.value is None:
        return {"status": FAIL, "latency_ms": reading.latency_ms if reading else None}
    return {"status": PASS, "latency_ms": reading.latency_ms}


def _outbox(state: OutboxState | None) -> dict[str, dict[str, Any]]:
    """The checks of the queue and of who empties it; unknown is a warning too."""
    late = state.oldest_due_seconds if state else None
    seen = state.last_seen_seconds if state else None
    lagging = state is None or (late or 0) > LAG_SECONDS
    stale = seen is None or seen > STALE_SECONDS
    return {
        "outbox": {
            "status": WARN if lagging else PASS,
            "oldest_due_seconds": late,
            "failed": state.failed if state else None,
        },
        "worker": {"status": WARN if stale else PASS, "last_seen_seconds": seen},
    }


def _worst(checks: dict[str, dict[str, Any]]) -> str:
    """The status of the whole."""
    found = {check["status"] for check in checks.values()}
    return next((status for status in (FAIL, WARN) if status in found), PASS)
