"""The engines as fixtures: a server starts at its first use and serves the whole test run."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from labs.runner.gates import Gate
from tests.engines.postgres import Postgres, postgres_server
from tests.engines.redis import redis_server
from tests.engines.service import Service, copy_of, migrate, service
from tests.engines.tcp_gate import gate_before


class StartService(Protocol):
    """Starts a service for the rest of the test, on `sqlite`, `postgres` or a DATABASE_URL."""

    def __call__(
        self, database: str = "sqlite", *, deliver: bool = False, **settings: str
    ) -> Service:
        """A running service; `settings` are environment variables, such as REDIS_URL."""


class OpenGate(Protocol):
    """Puts a gate before a loopback port for the rest of the test."""

    def __call__(self, target: int) -> Gate:
        """An open gate."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def redis_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a real Redis server that all tests share: use your own key names."""
    with redis_server(tmp_path_factory.mktemp("redis")) as port:
        yield port


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> Iterator[str]:
    """The name of a migrated PostgreSQL database to copy."""
    with postgres.database() as name:
        migrate(postgres.url_of(name))
        yield name


@pytest.fixture
def postgres_database(postgres: Postgres, migrated_postgres: str) -> Iterator[str]:
    """The name of a migrated PostgreSQL database of this test's own."""
    with postgres.database(template=migrated_postgres) as name:
        yield name


@pytest.fixture
def running_service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartService]:
    """Starts real services: `running_service("postgres", deliver=True, REDIS_URL=…)`."""
    with ExitStack() as stack:

        def start(database: str = "sqlite", *, deliver: bool = False, **settings: str) -> Service:
            folder = tmp_path_factory.mktemp("service")
            url = _database_url(database, folder, request, stack)
            return stack.enter_context(service(folder, url, deliver=deliver, settings=settings))

        yield start


@pytest.fixture
def tcp_gate() -> Iterator[OpenGate]:
    """Puts gates before servers: `tcp_gate(postgres.port).silence()`."""
    with ExitStack() as stack:
        yield lambda target: stack.enter_context(gate_before(target))


def _database_url(
    database: str, folder: Path, request: pytest.FixtureRequest, stack: ExitStack
) -> str:
    """The URL of a fresh migrated database of that kind, or the URL that was given."""
    if database == "sqlite":
        return copy_of(request.getfixturevalue("migrated_sqlite"), folder)
    if database == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        template: str = request.getfixturevalue("migrated_postgres")
        fresh: AbstractContextManager[str] = server.database(template=template)
        return server.url_of(stack.enter_context(fresh))
    return database
