"""A service's database from outside, whatever its schema: SQLite and PostgreSQL alike."""

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from labs.runner.databases import PostgresTables, SqliteTables, Tables
from tests.engines.postgres import Postgres

Run = Callable[[str], None]
SCHEMA = (
    "CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT)",
    'CREATE TABLE "odd name" (id INTEGER PRIMARY KEY, body TEXT, author INTEGER '
    "REFERENCES author (id))",
    "INSERT INTO author VALUES (1, 'Íñigo marker1')",
    "INSERT INTO \"odd name\" VALUES (1, 'sent', 1)",
)


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Tables, Run]]:
    """A database with two tables, as the judge sees it, and a way to write into it."""
    if request.param == "sqlite":
        path = tmp_path / "db.sqlite3"
        with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=0.2)) as made:
            for statement in SCHEMA:
                made.execute(statement)
            yield SqliteTables(path), lambda words: made.execute(words).close()
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as name:
        made_pg = psycopg2.connect(server.url_of(name), options="-c lock_timeout=200")
        made_pg.autocommit = True
        cursor = made_pg.cursor()
        for statement in SCHEMA:
            cursor.execute(statement)
        yield PostgresTables(server.url_of(name)), cursor.execute
        made_pg.close()


class TestTables:
    """What both engines answer."""

    def test_names_and_sizes(self, engine: tuple[Tables, Run]) -> None:
        """The service's tables, with their number of rows."""
        tables, _ = engine
        assert tables.sizes() == {"author": 1, "odd name": 1}

    def test_a_marker_is_found_where_it_is(self, engine: tuple[Tables, Run]) -> None:
        """By table, with the row's values."""
        tables, _ = engine
        (row,) = tables.find("marker1")
        assert (row.table, row.values["id"]) == ("author", 1)
        assert not tables.holds("marker2")

    def test_a_marker_inside_json_is_found(self, engine: tuple[Tables, Run]) -> None:
        """A column may hold JSON text, with its letters escaped."""
        tables, run = engine
        run(f"INSERT INTO author VALUES (2, '{json.dumps({'text': 'ñandú marker3'})}')")
        assert tables.holds("ñandú marker3")

    def test_a_row_tells_an_exact_word(self, engine: tuple[Tables, Run]) -> None:
        """A state is a whole value, not a part of one."""
        tables, _ = engine
        (row,) = tables.find("sent")
        assert row.holds("sent")
        assert not row.holds("sen")

    def test_hidden_tables_are_gone_and_come_back(self, engine: tuple[Tables, Run]) -> None:
        """Meanwhile a write fails; afterwards all is as before."""
        tables, run = engine
        with tables.hidden(), pytest.raises((sqlite3.Error, psycopg2.Error)):
            run("INSERT INTO author VALUES (3, 'x')")
        run("INSERT INTO \"odd name\" VALUES (3, 'x', 1)")
        assert tables.sizes() == {"author": 1, "odd name": 2}

    def test_a_lock_keeps_writers_out(self, engine: tuple[Tables, Run]) -> None:
        """A reader reads, a writer waits."""
        tables, run = engine
        with tables.locked():
            run("SELECT * FROM author")
            with pytest.raises((sqlite3.Error, psycopg2.Error)):
                run("INSERT INTO author VALUES (3, 'x')")
        run("INSERT INTO author VALUES (3, 'x')")


class TestSqliteFile:
    """What only a file can suffer."""

    def test_broken_and_whole_again(self, tmp_path: Path) -> None:
        """Garbage in its place while the block runs; every row is there afterwards."""
        path = tmp_path / "db.sqlite3"
        with contextlib.closing(sqlite3.connect(path)) as made, made:
            made.execute("PRAGMA journal_mode = WAL")
            made.execute("CREATE TABLE t (x)")
            made.execute("INSERT INTO t VALUES ('kept')")
        tables = SqliteTables(path)
        with tables.broken(), pytest.raises(sqlite3.DatabaseError):
            tables.sizes()
        assert tables.holds("kept")

    def test_a_file_that_is_not_there_has_no_tables(self, tmp_path: Path) -> None:
        """Asking makes none."""
        tables = SqliteTables(tmp_path / "none.sqlite3")
        assert tables.names() == []
        assert not tables.exists()
