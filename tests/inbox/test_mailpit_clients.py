"""The clients people already have, run for real against the inbox."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mock_smtp.testing import StartedInbox
from tests.inbox.conftest import Send

_HERE = Path(__file__).parent / "clients"
_PACKAGES = ["mailpit-api@2.1.0", "cypress-mailpit@2.0.0", "nodemailer@10.6.0"]


def run(command: list[str], **environment: str) -> str:
    """The output of a command that must succeed."""
    ended = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=240
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the npm clients in it; without npm or a network the tests say so."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("needs node and npm")
    folder = tmp_path_factory.mktemp("node")
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    install = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund"]
    flags = ["--ignore-scripts", "--legacy-peer-deps", "--prefer-offline"]
    ended = subprocess.run([*install, *flags, *_PACKAGES], capture_output=True, text=True)
    if ended.returncode:
        pytest.skip(f"npm could not install the clients: {ended.stderr.strip()[-200:]}")
    for script in _HERE.glob("*.mjs"):
        shutil.copy(script, folder)
    return folder


def node(folder: Path, script: str, inbox: StartedInbox) -> str:
    """Run one of our scripts beside the installed clients."""
    return run(
        ["node", str(folder / script)],
        INBOX_URL=inbox.base_url,
        SMTP_PORT=str(inbox.smtp_port),
    )


def test_npm_mailpit_api(node_modules: Path, inbox: StartedInbox, send: Send) -> None:
    """Every call of npm's mailpit-api that this inbox offers succeeds."""
    send("From Python", headers="X-Tags: one\r\n")
    assert node(node_modules, "mailpit_api.mjs", inbox).strip().endswith("all calls answered")


def test_npm_cypress_mailpit(node_modules: Path, inbox: StartedInbox) -> None:
    """The commands of cypress-mailpit, run over the requests Cypress would send, succeed."""
    assert node(node_modules, "cypress_mailpit.mjs", inbox).strip().endswith("all commands ran")


def test_npm_nodemailer(node_modules: Path, inbox: StartedInbox) -> None:
    """nodemailer delivers over STARTTLS with a login, text, HTML and an attachment."""
    node(node_modules, "nodemailer.mjs", inbox)
    mail = inbox.message()
    assert (mail["Subject"], mail["Username"]) == ("¡Hola!", "ana")
    assert [part["FileName"] for part in mail["Attachments"]] == ["año.txt"]


@pytest.fixture(scope="session")
def pypi_clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the PyPI clients in it, apart from our own packages."""
    folder = tmp_path_factory.mktemp("pypi")
    install = [sys.executable, "-m", "pip", "install", "-q", "--target", str(folder)]
    packages = ["mailpit-api-client==1.0.0", "aiosmtplib==5.1.3"]
    ended = subprocess.run([*install, *packages], capture_output=True, text=True)
    if ended.returncode:
        pytest.skip(f"pip could not install the clients: {ended.stderr.strip()[-200:]}")
    return folder


def test_pypi_mailpit_api_client(pypi_clients: Path, inbox: StartedInbox, send: Send) -> None:
    """mailpit-api-client lists, opens, marks and deletes, and its delete spares the others."""
    # The client insists on every one of these headers.
    headers = (
        "Message-ID: <m@x>\r\nDelivered-To: ana@example.com\r\nMime-Version: 1.0\r\n"
        "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nContent-Type: text/plain\r\n"
        "Received: from me\r\n"
    )
    for number in range(3):
        send(f"Number {number}", headers=headers)
    script = str(_HERE / "mailpit_api_client.py")
    seen = json.loads(run([sys.executable, script, inbox.base_url], PYTHONPATH=str(pypi_clients)))
    assert seen == {"total": 3, "subject": "Number 2", "left": ["Number 1", "Number 0"]}


def test_pypi_aiosmtplib(pypi_clients: Path, inbox: StartedInbox) -> None:
    """aiosmtplib delivers over STARTTLS with a login."""
    script = str(_HERE / "aiosmtplib_send.py")
    run([sys.executable, script, str(inbox.smtp_port)], PYTHONPATH=str(pypi_clients))
    assert inbox.message()["Username"] == "ana"


def test_swaks(inbox: StartedInbox) -> None:
    """swaks delivers over STARTTLS with AUTH LOGIN."""
    if shutil.which("swaks") is None:
        pytest.skip("needs swaks")
    server = ["--server", f"127.0.0.1:{inbox.smtp_port}", "--tls", "--auth", "LOGIN"]
    login = ["--auth-user", "ana", "--auth-password", "secret"]
    run(["swaks", *server, *login, "--to", "ana@example.com", "--header", "Subject: swaks"])
    assert inbox.message()["Subject"] == "swaks"


def test_curl(inbox: StartedInbox, tmp_path: Path) -> None:
    """curl uploads a file as a mail."""
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    mail = tmp_path / "mail.eml"
    mail.write_bytes(b"Subject: curl\r\n\r\nHi\r\n")
    who = ["--mail-from", "a@example.com", "--mail-rcpt", "b@example.com"]
    run(["curl", "-sS", f"smtp://127.0.0.1:{inbox.smtp_port}", *who, "--upload-file", str(mail)])
    assert inbox.raw() == b"Subject: curl\r\n\r\nHi\r\n"
