"""The calls that `up` prints work as they stand when they are pasted."""

import io
import json
import re
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from kit_commands.folder import Folder
from kit_commands.greeting import greeting
from kit_commands.parts import Settings, environment
from kit_commands.programs import require_program
from kit_commands.voice import Voice

Request = dict[str, Any]


@pytest.fixture
def heard() -> Iterator[tuple[int, list[Request]]]:
    """A server that writes down what it is asked."""
    requests: list[Request] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._note(body)

        def do_GET(self) -> None:
            self._note(None)

        def _note(self, body: Any) -> None:
            key = self.headers["Authorization"]
            requests.append({"path": self.path, "body": body, "key": key})
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Ear) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, requests
        server.shutdown()


def shown(settings: Settings, language: str) -> str:
    """All that `up` prints once everything runs."""
    return greeting(settings, environment(settings, {}), Voice(language, io.StringIO()))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_curls_of_bash_work_as_printed(
    heard: tuple[int, list[Request]], tmp_path: Path, language: str
) -> None:
    """Contact without a key, notify with it, and the status of that very notification."""
    require_program("curl", cure="apt-get install curl")
    port, requests = heard
    folder = Folder(tmp_path)
    settings = Settings(port=port, inbox_port=1, smtp_port=2, transport="smtp", folder=folder)
    for line in shown(settings, language).splitlines():
        if line.strip().startswith("curl"):
            subprocess.run(["bash", "-c", line], check=True)
    contact, notify, status = requests
    key = f"Bearer {folder.service_key()}"
    assert (contact["path"], contact["key"], set(contact["body"])) == (
        "/api/contact/",
        None,
        {"name", "email", "message"},
    )
    assert (notify["path"], notify["key"]) == ("/api/notify/", key)
    assert (status["path"], status["key"]) == (
        f"/api/messages/{notify['body']['message_id']}",
        key,
    )


def test_both_shells_are_shown_the_same_calls(tmp_path: Path) -> None:
    """PowerShell's form calls the addresses of bash's, in the same order."""
    folder = Folder(tmp_path)
    settings = Settings(port=8002, inbox_port=1, smtp_port=2, transport="smtp", folder=folder)
    text = shown(settings, "es")
    bash = re.findall(r"curl -s (\S+)", text)
    assert bash == re.findall(r"Invoke-RestMethod (\S+)", text)
    assert len(bash) == 3


def test_both_languages_greet_differently(tmp_path: Path) -> None:
    """A Spanish reader is greeted in Spanish, with the same key."""
    folder = Folder(tmp_path)
    settings = Settings(port=8002, inbox_port=1, smtp_port=2, transport="smtp", folder=folder)
    english, spanish = shown(settings, "en"), shown(settings, "es")
    assert english != spanish
    assert folder.service_key() in english
    assert folder.service_key() in spanish
