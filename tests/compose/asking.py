"""What every form of the composed kit has to pass: the brief's curl, a mail, the labs' checks."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx

from mock_smtp.client import wait_until
from tests.compose.stack import Stack
from tests.engines.kit import notify, status
from tests.engines.service import ROOT

BRIEF = {
    "name": "Carlos Rivas",
    "email": "carlos@mail.com",
    "message": "Me interesa una colaboración",
}
PARALLEL = 4


def the_briefs_curl_becomes_a_mail(stack: Stack) -> None:
    """202 `queued`; the mail is in the inbox's API and on its page; the service says `sent`."""
    answer = json.loads(curl(f"{stack.url}/api/contact/", BRIEF))
    assert answer["status"] == "queued"
    [mail] = stack.inbox.wait_for(f"message-id:{answer['message_id']}", timeout=30)
    assert BRIEF["message"] in stack.inbox.message(mail["ID"])["Text"]
    page = httpx.get(f"http://127.0.0.1:{stack.ports['INBOX_PORT']}/", trust_env=False)
    assert (page.status_code, mail["Subject"] in page.text) == (200, True)
    with stack.client() as client:
        wait_until(lambda: status(client, answer["message_id"])["status"] == "sent", timeout=30)


def curl(url: str, body: dict[str, str]) -> str:
    """What the brief's command prints."""
    head = ["-H", "Content-Type: application/json"]
    command = ["curl", "--silent", "--show-error", url, *head, "-d", json.dumps(body)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


def post(stack: Stack, count: int) -> list[str]:
    """Post so many notifications from four callers until each is accepted; their UUIDs."""
    ids = [uuid4() for _ in range(count)]

    def post_share(first: int) -> None:
        with stack.client() as client:
            for message_id in ids[first::PARALLEL]:
                notify(client, message_id)

    with ThreadPoolExecutor(PARALLEL) as threads:
        list(threads.map(post_share, range(PARALLEL)))
    return [str(message_id) for message_id in ids]


def settle(stack: Stack, *, seconds: float = 90) -> None:
    """Wait until nothing is queued or being sent."""
    wait_until(lambda: stack.unsettled() == 0, timeout=seconds, pause=0.5)


def labs_are_green(stack: Stack, home: Path) -> None:
    """`kit.py check` against the composed service: all that can be observed there passes."""
    page = f"http://127.0.0.1:{stack.ports['INBOX_PORT']}"
    key = stack.settings["SERVICE_KEY"]
    words = ["check", "07", "--url", stack.url, "--smtp-seen", page, "--key", key, "--json"]
    environ = {**os.environ, "KIT_HOME": str(home)}
    run = subprocess.run(
        [sys.executable, "kit.py", *words],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    verdicts = [check["verdict"] for check in json.loads(run.stdout)["checks"]]
    assert verdicts.count("pass") >= 25
