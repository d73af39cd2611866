"""A SQLite file as tables, and its faults: hidden tables, a held write lock, garbage."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from labs.runner.databases.tables import Tables

_BUSY = 5.0
_SIDE_FILES = ("-wal", "-shm", "-journal")


class SqliteTables(Tables):
    """The tables of one file, which may not exist yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        """Tables that are not SQLite's own."""
        if not self.path.is_file():
            return []
        with self._reading() as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return [name for (name,) in found if not name.startswith("sqlite_")]

    def exists(self) -> bool:
        """Whether the file is there."""
        return self.path.is_file()

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of one table."""
        with self._reading() as connection:
            connection.row_factory = sqlite3.Row
            for row in connection.execute(f"SELECT * FROM {_quoted(table)}"):  # noqa: S608
                yield dict(row)

    def count(self, table: str) -> int:
        """How many rows one table has."""
        with self._reading() as connection:
            found = connection.execute(f"SELECT count(*) FROM {_quoted(table)}")  # noqa: S608
            number: int = found.fetchone()[0]
            return number

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The file's write lock held while the block runs; another thread may end the block."""
        connection = sqlite3.connect(
            self.path, timeout=_BUSY, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")
        finally:
            connection.close()

    @contextmanager
    def broken(self) -> Iterator[None]:
        """Garbage in the file's place while the block runs; the file is back afterwards.

        Nobody may have it open: stop every process of the service first.
        """
        kept = self.path.with_name(self.path.name + ".kept")
        self._settle()
        shutil.copyfile(self.path, kept)
        self._replace_by(b"this is no database, the judge put it here\n" * 400)
        try:
            yield
        finally:
            self._replace_by(kept.read_bytes())
            kept.unlink()

    def _settle(self) -> None:
        """Bring what stands in a write-ahead log into the file itself."""
        with suppress(sqlite3.Error):
            connection = sqlite3.connect(self.path, timeout=_BUSY)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.close()

    def _replace_by(self, octets: bytes) -> None:
        for suffix in _SIDE_FILES:
            _insistently(self.path.with_name(self.path.name + suffix).unlink)
        self.path.write_bytes(octets)

    def rename(self, renames: dict[str, str]) -> None:
        """Rename tables in one transaction."""
        connection = sqlite3.connect(self.path, timeout=_BUSY, isolation_level=None)
        try:
            # Legacy renaming leaves the tables' references to each other alone.
            connection.execute("PRAGMA legacy_alter_table = ON")
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("BEGIN IMMEDIATE")
            for old, new in renames.items():
                connection.execute(f"ALTER TABLE {_quoted(old)} RENAME TO {_quoted(new)}")
            connection.execute("COMMIT")
        finally:
            connection.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        # Not "ro": what a kill -9 left half-written is rolled back by whoever reads first.
        uri = self.path.resolve().as_uri() + "?mode=rw"
        connection = sqlite3.connect(uri, uri=True, timeout=_BUSY)
        connection.text_factory = lambda octets: octets.decode("utf-8", "replace")
        try:
            yield connection
        finally:
            connection.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _insistently(delete: Any, seconds: float = 3.0) -> None:
    """Delete a file that Windows may hold for a moment after its process ended."""
    give_up = monotonic() + seconds
    while True:
        try:
            delete()
        except FileNotFoundError:
            return
        except PermissionError:
            if monotonic() > give_up:
                raise
            sleep(0.05)
        else:
            return
