"""One SQLite file, one table: the row is the message, its key and its state."""

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path

SCHEMA = """
    CREATE TABLE IF NOT EXISTS message (
        message_id TEXT PRIMARY KEY,
        operation TEXT NOT NULL,
        content TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'queued',
        attempts INTEGER NOT NULL DEFAULT 0,
        due REAL NOT NULL DEFAULT 0
    )
"""


class Outcome(Enum):
    """What became of an attempt to keep a message."""

    NEW = auto()
    SAME = auto()
    OTHER = auto()


def keep(message_id: str, operation: str, content: dict[str, str]) -> Outcome:
    """Insert first; on conflict compare with what is there."""
    row = (message_id, operation, json.dumps(content, ensure_ascii=False))
    insert = "INSERT INTO message (message_id, operation, content) VALUES (?, ?, ?)"
    with _database() as database:
        if database.execute(f"{insert} ON CONFLICT DO NOTHING", row).rowcount:
            return Outcome.NEW
        query = "SELECT message_id, operation, content FROM message WHERE message_id = ?"
        there = database.execute(query, row[:1]).fetchone()
    return Outcome.SAME if there == row else Outcome.OTHER


def state_of(message_id: str) -> str | None:
    """queued, sent, failed, or None if there is no such message."""
    with _database() as database:
        query = "SELECT state FROM message WHERE message_id = ?"
        found = database.execute(query, (message_id,)).fetchone()
    return found and found[0]


def due() -> list[tuple[str, str, dict[str, str], int]]:
    """What is to be sent now: id, operation, content, attempts so far."""
    query = "SELECT message_id, operation, content, attempts FROM message"
    with _database() as database:
        rows = database.execute(f"{query} WHERE state = 'queued' AND due <= ?", (time.time(),))
        return [(row[0], row[1], json.loads(row[2]), row[3]) for row in rows]


def settle(message_id: str, state: str, attempts: int, wait: float = 0) -> None:
    """Write down how an attempt ended; `wait` seconds until the next."""
    with _database() as database:
        database.execute(
            "UPDATE message SET state = ?, attempts = ?, due = ? WHERE message_id = ?",
            (state, attempts, time.time() + wait, message_id),
        )


def look() -> None:
    """Read a real table; raises sqlite3.Error."""
    with _database() as database:
        database.execute("SELECT state FROM message LIMIT 1").fetchone()


@contextmanager
def _database(mode: str = "rw") -> Iterator[sqlite3.Connection]:
    """A connection that commits each statement; a missing file is an error, not a new one."""
    place = Path(os.environ["SQLITE_FILE"]).resolve().as_uri()
    database = sqlite3.connect(f"{place}?mode={mode}", uri=True, timeout=10, isolation_level=None)
    try:
        yield database
    finally:
        database.close()


if __name__ == "__main__":
    with _database("rwc") as new:
        new.execute(SCHEMA)
