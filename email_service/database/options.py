"""A DATABASE_URL as Django's connection options, with the sessions bounded on the server too."""

from pathlib import Path
from typing import Any

import dj_database_url

# Server-side bounds of a PostgreSQL session. A host that was cut off leaves its session idle in
# a transaction on the unique key: without these, retries would be refused for hours.
# statement_timeout stays below the client's 3 s deadline: a statement that is merely slow gets
# the server's refusal for itself, only a silent server closes the gate for all.
_POSTGRES_OPTIONS = (
    "-c lock_timeout=2000 -c statement_timeout=2500 -c idle_in_transaction_session_timeout=5000"
    " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
)
# IMMEDIATE takes the write lock at BEGIN: a deferred transaction that turns writer late fails
# with "database is locked" whatever the time-out (measured: 16 of 60 twins).
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;",
    "timeout": 3,
}


def database(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for `url`; connections are persistent and checked before use."""
    options = dict(dj_database_url.parse(url, conn_max_age=None, conn_health_checks=True))
    if "sqlite" in str(options["ENGINE"]):
        name = _sqlite_file(str(options["NAME"]))
        return options | {"NAME": name, "OPTIONS": {**_SQLITE_OPTIONS}}
    return options | {"OPTIONS": {"connect_timeout": 3, "options": _POSTGRES_OPTIONS}}


def _sqlite_file(name: str) -> str:
    """The file's name, its folder made: a fresh clone has no `var/`."""
    if name and name != ":memory:":
        Path(name).parent.mkdir(parents=True, exist_ok=True)
    return name
