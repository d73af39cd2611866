"""Reading connections, one for each question that is being answered."""

import queue
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from mock_smtp.store.schema import open_for_reading

Result = TypeVar("Result")


PATIENCE = 30.0
"""Seconds a question may take; then sqlite3.OperationalError says that it was interrupted."""
_STEPS = 20_000


class Readers:
    """Lends connections to a database; each is used by one thread at a time."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that is inside one consistent view of the database."""
        connection = self._take()
        try:
            connection.execute("BEGIN")
            self._set_deadline(connection)
            yield connection
            # COMMIT, because the words of fresh mail in its temporary table are worth keeping.
            connection.execute("COMMIT")
        finally:
            connection.rollback()
            self._idle.put(connection)

    def ask(self, question: Callable[[sqlite3.Connection], Result]) -> Result:
        """Answer one question from one consistent view."""
        with self.connection() as connection:
            return question(connection)

    def _set_deadline(self, connection: sqlite3.Connection) -> None:
        end = time.monotonic() + PATIENCE
        connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)

    def close(self) -> None:
        """Close every idle connection."""
        while not self._idle.empty():
            self._idle.get_nowait().close()

    def _take(self) -> sqlite3.Connection:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return open_for_reading(self._database)
