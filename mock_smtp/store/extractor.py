"""The extractor: a low-priority process that writes search text behind the mail, in id order.

It runs `python -m mock_smtp.store.extractor DATABASE`, works whenever a line comes in, and ends
with its input. What it has not reached yet is read on demand by whoever searches.
"""

import os
import signal
import sqlite3
import sys
from collections.abc import Iterable
from pathlib import Path

from mock_smtp.lifeline import die_with_parent
from mock_smtp.store.schema import open_for_reading
from mock_smtp.store.words import words_of

_BATCH = 200
_LOWEST_PRIORITY = 19


def main(database: Path, nudges: Iterable[str]) -> None:
    """Extract until the nudges end."""
    if hasattr(os, "nice"):
        os.nice(_LOWEST_PRIORITY)
    # Ctrl-C in a terminal is meant for the inbox, which ends this process with itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(signal.SIGKILL)
    connection = open_for_reading(database)
    for _ in nudges:
        while extract_batch(connection):
            pass
        forget_deleted(connection)
    connection.close()


def extract_batch(connection: sqlite3.Connection) -> int:
    """Extract the next mails above the watermark and raise it; returns how many there were."""
    connection.execute("BEGIN")
    mark = connection.execute("SELECT mail FROM derived.watermark").fetchone()[0]
    rows = connection.execute(
        "SELECT id FROM mail WHERE id > ? ORDER BY id LIMIT ?", (mark, _BATCH)
    )
    words = [(row[0], words_of(connection, row[0])) for row in rows.fetchall()]
    if words:
        connection.executemany("INSERT OR REPLACE INTO derived.words VALUES (?, ?)", words)
        connection.execute("UPDATE derived.watermark SET mail = ?", (words[-1][0],))
    connection.execute("COMMIT")
    return len(words)


def forget_deleted(connection: sqlite3.Connection) -> None:
    """Drop the text of mails that are gone."""
    connection.execute("DELETE FROM derived.words WHERE mail NOT IN (SELECT id FROM mail)")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.stdin)
