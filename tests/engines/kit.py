"""The whole kit as a student starts it: `kit.py up`, real mail, the inbox that caught it."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import psutil
import pytest

from mock_smtp.client import Inbox
from tests.engines.children import child, free_port, wait_until
from tests.engines.service import INHERITED, ROOT


@dataclass(frozen=True)
class Kit:
    """A kit that is up."""

    url: str
    key: str
    inbox: Inbox
    pid: int

    def client(self) -> httpx.Client:
        """A client that shows the key; close it with its block."""
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=10, trust_env=False)

    def part(self, words: str) -> psutil.Process | None:
        """The running part whose command line holds `words`."""
        for running in psutil.Process(self.pid).children(recursive=True):
            if words in _command_line(running):
                return running
        return None

    def copies(self) -> Counter[str]:
        """How often each message was caught, by its UUID."""
        return Counter(mail["MessageID"].partition("@")[0] for mail in self.inbox.messages())


StartKit = Callable[..., Kit]


def _command_line(running: psutil.Process) -> str:
    """Its words, or none if it has just ended."""
    try:
        return " ".join(running.cmdline())
    except psutil.Error:
        return ""


@pytest.fixture(scope="module")
def start_kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartKit]:
    """Starts `kit.py up` for the rest of the module; keywords are environment variables."""
    with ExitStack() as stack:

        def start(*, smtp_port: int | None = None, **settings: str) -> Kit:
            folder = tmp_path_factory.mktemp("kit")
            web, page, smtp = free_port(), free_port(), smtp_port or free_port()
            ports = ["--port", web, "--inbox-port", page, "--smtp-port", smtp]
            command = [sys.executable, "kit.py", "up", *map(str, ports), "--data", str(folder)]
            kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
            log = folder / "up.log"
            up = stack.enter_context(
                child(command, log=log, folder=ROOT, environ={**kept, **settings})
            )
            url = f"http://127.0.0.1:{web}"
            wait_until(lambda: _healthy(url), seconds=60, of=up, log=log)
            inbox = Inbox(f"http://127.0.0.1:{page}", smtp_port=smtp)
            return Kit(url, _key(folder), inbox, up.pid)

        yield start


def notify(client: httpx.Client, message_id: UUID | None = None) -> UUID:
    """Post one notification as callers do: the same UUID again until it is accepted."""
    message_id = message_id or uuid4()
    mail = {"to": "ana@mail.example", "subject": "Hola", "body": "¿Qué tal?"}

    def accepted() -> bool:
        try:
            answer = client.post("/api/notify/", json={**mail, "message_id": str(message_id)})
        except httpx.TransportError:
            return False
        return answer.status_code == 202

    wait_until(accepted, seconds=60)
    return message_id


def status(client: httpx.Client, message_id: UUID | str) -> dict[str, object]:
    """What the service says of a message."""
    found: dict[str, object] = client.get(f"/api/messages/{message_id}").json()
    return found


def settled(client: httpx.Client) -> bool:
    """Whether no mail is queued or being sent."""
    lines = client.get("/metrics").text.splitlines()
    open_states = {'outbox_messages{state="queued"} 0.0', 'outbox_messages{state="sending"} 0.0'}
    return open_states <= set(lines)


def _healthy(url: str) -> bool:
    """Whether /healthz answers 200."""
    try:
        return httpx.get(f"{url}/healthz", timeout=3, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def _key(folder: Path) -> str:
    """The key that `up` made."""
    return (folder / "service.key").read_text(encoding="utf-8").strip()
