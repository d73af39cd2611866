"""The service as people run it: its own programs, its own environment, on a free port."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from tests.engines.children import child, end, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
KEY = "the-key-of-the-tests"
# All that a started program inherits: a developer's own settings must not reach it.
INHERITED = ("PATH", "HOME", "LANG", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")


@dataclass(frozen=True)
class Service:
    """A service that answers; `web` and `dispatcher` are its programs, for tests that kill them."""

    url: str
    key: str
    log: Path
    database_url: str
    web: subprocess.Popen[bytes]
    dispatcher: subprocess.Popen[bytes] | None

    def client(self, *, key: str | None = KEY, timeout: float = 10) -> httpx.Client:
        """A client of it that shows `key` (None: none); close it with its block."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=timeout, trust_env=False)

    def events(self, name: str | None = None) -> list[dict[str, Any]]:
        """The JSON lines it logged so far, those of one event if named."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        events = [json.loads(line) for line in lines if line.startswith("{")]
        return [event for event in events if name in {None, event.get("event")}]

    def stop(self) -> None:
        """Stop it now rather than at the end of the test."""
        for program in filter(None, (self.web, self.dispatcher)):
            end(program)


def environment(database_url: str, **settings: str) -> dict[str, str]:
    """What the service's programs get to see: a key, a database and `settings`."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return inherited | {
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "DATABASE_URL": database_url,
        "SERVICE_API_KEYS": f"tests:{sha256(KEY.encode()).hexdigest()}",
        **settings,
    }


def migrate(database_url: str) -> None:
    """Bring a database up to date, as a deployment does."""
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(
        command, cwd=ROOT, env=environment(database_url), check=True, stdin=subprocess.DEVNULL
    )


@contextmanager
def service(
    folder: Path, database_url: str, *, deliver: bool, settings: Mapping[str, str]
) -> Iterator[Service]:
    """A service on a migrated database, ready to answer; with `deliver`, mails leave too."""
    port, log = free_port(), folder / "service.log"
    environ = environment(database_url, EMAIL_FILE_PATH=str(folder / "sent"), **settings)
    with (
        _program(["-m", "email_service.serve", "--port", str(port)], log, environ) as web,
        _dispatcher(deliver, log, environ) as dispatcher,
    ):
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: _ready(url), seconds=30, of=web, log=log)
        yield Service(url, KEY, log, database_url, web, dispatcher)


@contextmanager
def _program(
    words: list[str], log: Path, environ: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """One of the service's programs."""
    with child([sys.executable, *words], log=log, environ=environ, folder=ROOT) as started:
        yield started


@contextmanager
def _dispatcher(
    wanted: bool, log: Path, environ: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes] | None]:
    """`manage.py deliver`, or nothing."""
    if not wanted:
        yield None
        return
    with _program(["manage.py", "deliver"], log, environ) as started:
        yield started


def _ready(url: str) -> bool:
    """Whether /readyz says so."""
    try:
        return httpx.get(f"{url}/readyz", timeout=5, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def copy_of(template: Path, folder: Path) -> str:
    """The DATABASE_URL of a copy of a migrated SQLite file."""
    return f"sqlite:///{shutil.copy(template, folder / 'service.sqlite3')}"
