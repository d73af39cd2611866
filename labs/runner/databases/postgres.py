"""A PostgreSQL database as tables, and its faults: hidden tables, a held lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2 import sql

from labs.runner.databases.tables import Tables


class PostgresTables(Tables):
    """The tables of the public schema of the database that `url` names."""

    def __init__(self, url: str) -> None:
        self._url = url

    def names(self) -> list[str]:
        """Tables of the public schema."""
        with self._connected() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            return [name for (name,) in cursor.fetchall()]

    def exists(self) -> bool:
        """It was made for the service."""
        return True

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of one table."""
        with self._connected() as cursor:
            cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
            columns = [column[0] for column in cursor.description or ()]
            for values in cursor.fetchall():
                yield dict(zip(columns, values, strict=True))

    def count(self, table: str) -> int:
        """How many rows one table has."""
        with self._connected() as cursor:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            (number,) = cursor.fetchone() or (0,)
            return int(number)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Every table locked against writers while the block runs."""
        connection = psycopg2.connect(self._url, connect_timeout=5)
        try:
            for name in self.names():
                statement = sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(sql.Identifier(name))
                connection.cursor().execute(statement)
            yield
            connection.rollback()
        finally:
            connection.close()

    def rename(self, renames: dict[str, str]) -> None:
        """Rename tables in one transaction."""
        with self._connected() as cursor:
            for old, new in renames.items():
                statement = sql.SQL("ALTER TABLE {} RENAME TO {}")
                cursor.execute(statement.format(sql.Identifier(old), sql.Identifier(new)))

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        connection = psycopg2.connect(self._url, connect_timeout=5)
        try:
            with connection, connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()
