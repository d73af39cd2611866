"""The composed kit under a project name of its own: brought up, asked, switched, taken down."""

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from kit_commands.env import make
from mock_smtp.client import Inbox
from tests.engines.children import answers, free_port
from tests.engines.service import ROOT

PROJECT = "email-service-kit-tests"
FORMS = {
    "plain": ["--file", "docker-compose.yml"],
    "celery": ["--file", "docker-compose.yml", "--file", "docker-compose.celery.yml"],
}
_PORTS = {"EMAIL_SERVICE_PORT": 8002, "INBOX_PORT": 8025, "SMTP_PORT": 1025}
# What compose is told comes from the tests' own .env: a variable of the shell would win over it.
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "RES_OPTIONS")
_KEPT_FAMILIES = ("DOCKER_", "BUILDX_", "XDG_")


class ComposeFailed(Exception):
    """A docker command ended with an error: what it said, and what the containers said."""


@dataclass
class Stack:
    """One composed kit; `form` is the one that was asked for last."""

    env_file: Path
    ports: dict[str, int]
    settings: dict[str, str]
    form: str = "plain"
    url: str = field(init=False)
    inbox: Inbox = field(init=False)

    def __post_init__(self) -> None:
        self.url = f"http://127.0.0.1:{self.ports['EMAIL_SERVICE_PORT']}"
        page = f"http://127.0.0.1:{self.ports['INBOX_PORT']}"
        self.inbox = Inbox(page, smtp_port=self.ports["SMTP_PORT"])

    def compose(self, *words: str, form: str | None = None) -> str:
        """What `docker compose WORDS` printed; ComposeFailed if it ended with an error."""
        files = FORMS[form or self.form]
        base = ["compose", "--project-name", PROJECT, "--env-file", str(self.env_file), *files]
        return docker(*base, *words, environ={k: str(v) for k, v in self.ports.items()})

    def up(self, form: str, *words: str) -> None:
        """`up --wait` in that form; ComposeFailed shows the end of every log."""
        self.form = form
        try:
            self.compose("up", "--detach", "--wait", "--wait-timeout", "240", *words)
        except ComposeFailed as error:
            logs = self.compose("logs", "--no-color", "--tail", "15")
            raise ComposeFailed(f"{error}\n{self.compose('ps', '--all')}\n{logs}") from None

    def down(self, *words: str) -> None:
        """`down`: containers and network go, named volumes stay unless asked for."""
        self.compose("down", "--remove-orphans", *words, form="celery")

    def client(self) -> httpx.Client:
        """A client that shows the service key; close it with its block."""
        headers = {"Authorization": f"Bearer {self.settings['SERVICE_KEY']}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=10, trust_env=False)

    def copies(self) -> Counter[str]:
        """How often each message was caught, by its UUID."""
        return Counter(mail["MessageID"].partition("@")[0] for mail in self.inbox.messages())

    def unsettled(self) -> float:
        """How many messages are queued or being sent; no number while the database is away."""
        with self.client() as client:
            lines = client.get("/metrics").text.splitlines()
        counts = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        names = [f'outbox_messages{{state="{state}"}}' for state in ("queued", "sending")]
        return sum(float(counts.get(name, "nan")) for name in names)


def docker(*words: str, environ: dict[str, str] | None = None) -> str:
    """What `docker WORDS` printed; ComposeFailed if it ended with an error."""
    run = subprocess.run(
        ["docker", *words],
        cwd=ROOT,
        env=_surroundings() | (environ or {}),
        capture_output=True,
        text=True,
        timeout=900,
    )
    if run.returncode:
        said = (run.stdout + run.stderr)[-4000:]
        raise ComposeFailed(f"docker {' '.join(words)} ended with {run.returncode}:\n{said}")
    return run.stdout


def docker_answers() -> bool:
    """Whether an engine and its compose plug-in are there."""
    try:
        docker("version")
        docker("compose", "version")
    except (OSError, ComposeFailed):
        return False
    return True


@contextmanager
def stack(folder: Path) -> Iterator[Stack]:
    """A stack that is not up yet, on the documented ports where they are free; gone afterwards."""
    env_file = folder / "compose.env"
    make(env_file)
    lines = [line for line in env_file.read_text().splitlines() if not line.startswith("#")]
    ports = {name: free_port() if answers(port) else port for name, port in _PORTS.items()}
    made = Stack(env_file, ports, dict(line.split("=", 1) for line in lines))
    made.down("--volumes")
    try:
        yield made
    finally:
        made.down("--volumes")


def _surroundings() -> dict[str, str]:
    """The variables that docker itself needs, and none of the service's."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name.startswith(_KEPT_FAMILIES)
    }
