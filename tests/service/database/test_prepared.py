"""A prepared statement serves its session whatever happened to it there."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from psycopg2 import extensions

from email_service.notifications.models.prepared import Prepared
from tests.engines.postgres import Postgres

INSERTION = "INSERT INTO kept (number) VALUES ($1) RETURNING number"


@pytest.fixture
def address(postgres: Postgres, postgres_database: str) -> str:
    """The address of a database of the test's own."""
    return postgres.url_of(postgres_database)


@pytest.fixture
def session(address: str) -> Iterator[extensions.connection]:
    """A session in autocommit, with a table, that waits for no lock."""
    with closing(psycopg2.connect(address)) as opened:
        opened.autocommit = True
        with opened.cursor() as cursor:
            cursor.execute("SET lock_timeout = 1; CREATE TABLE kept (number int)")
        yield opened


@pytest.fixture
def keep() -> Prepared:
    """A statement that keeps one number."""
    return Prepared("keep", ["int"], INSERTION)


def kept(session: extensions.connection, keep: Prepared, *numbers: int) -> list[int]:
    """What the statement answers for each number."""
    answers = []
    with session.cursor() as cursor:
        for number in numbers:
            keep.run(cursor, [number])
            answers += [found for (found,) in cursor.fetchall()]
    return answers


def plans(session: extensions.connection) -> int:
    """How many statements the session holds prepared."""
    with session.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        [(count,)] = cursor.fetchall()
        return int(count)


def test_it_is_planned_now_and_then(session: extensions.connection, keep: Prepared) -> None:
    """Tables grow under a plan: it is made again, and the older one is dropped."""
    with session.cursor() as cursor:
        keep.run(cursor, [0])
        cursor.execute("SELECT name FROM pg_prepared_statements")
        first = cursor.fetchall()
        for number in range(100):
            keep.run(cursor, [number])
        cursor.execute("SELECT name FROM pg_prepared_statements")
        later = cursor.fetchall()
    assert len(first) == len(later) == 1
    assert first != later


@pytest.mark.parametrize("runs", [0, 8], ids=["first", "again"])
def test_planning_that_fails_once(
    session: extensions.connection, keep: Prepared, address: str, runs: int
) -> None:
    """While a migration holds the table it cannot be planned; after that, it can."""
    kept(session, keep, *range(runs))
    with closing(psycopg2.connect(address)) as migration, migration.cursor() as cursor:
        cursor.execute("LOCK TABLE kept")
        with pytest.raises(psycopg2.errors.LockNotAvailable):
            kept(session, keep, 100)
    assert kept(session, keep, *range(40)) == [*range(40)]
    assert plans(session) <= 2


def test_a_session_that_forgot_it(session: extensions.connection, keep: Prepared) -> None:
    """Somebody (a pooler) dropped the plan: one run fails, the next one has it planned."""
    kept(session, keep, 1)
    with session.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    with pytest.raises(psycopg2.errors.InvalidSqlStatementName):
        kept(session, keep, 2)
    assert kept(session, keep, 3) == [3]


def test_each_session_has_its_own(
    session: extensions.connection, keep: Prepared, address: str
) -> None:
    """A new session plans for itself."""
    kept(session, keep, 1)
    with closing(psycopg2.connect(address)) as other:
        assert kept(other, keep, 2) == [2]
