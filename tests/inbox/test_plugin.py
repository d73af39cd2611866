"""The inbox as other projects' tests use it: the README's example, xdist, and clear failures."""

import os
import re
import smtplib
import subprocess
import sys
from pathlib import Path

import pytest

import mock_smtp
from mock_smtp.client import NothingCameError
from mock_smtp.testing import StartedInbox
from tests.inbox.conftest import Send

ROOT = Path(mock_smtp.__file__).parent.parent
MY_SERVICE = '''
import smtplib

def send_welcome(to, *, smtp_port):
    """Try three times, as any sender should."""
    mail = f"To: {to}\\nSubject: Welcome\\n\\nHello"
    for _ in range(3):
        try:
            with smtplib.SMTP("127.0.0.1", smtp_port, timeout=10) as connection:
                return connection.sendmail("shop@example.com", [to], mail)
        except smtplib.SMTPDataError:
            continue
    raise RuntimeError("refused")

enviar_bienvenida = send_welcome
'''


def run_pytest(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run the tests of a folder in a process of their own, with the inbox importable."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(folder)]
    command += ["-p", "no:django", "-p", "no:cacheprovider", *options, str(folder)]
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("readme", "service"), [("README.md", "my_service"), ("README.es.md", "mi_servicio")]
)
def test_the_example_of_the_readme_runs(tmp_path: Path, readme: str, service: str) -> None:
    """The test that the README shows passes beside a service that retries; it waits less here."""
    text = (ROOT / "mock_smtp" / readme).read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (example,) = [block for block in blocks if "pytest_plugins" in block]
    (tmp_path / f"{service}.py").write_text(MY_SERVICE)
    shorter = re.sub(r"within=\d+", "within=1", example)
    (tmp_path / "test_example.py").write_text(f"import {service}\n\n{shorter}")
    ran = run_pytest(tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_worker_of_xdist_has_its_own_inbox(tmp_path: Path) -> None:
    """Two workers at once each see their own mail alone."""
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["mock_smtp.pytest_plugin"]\n')
    (tmp_path / "test_many.py").write_text(
        "import pytest, smtplib\n\n"
        "@pytest.mark.parametrize('n', range(12))\n"
        "def test_one(inbox, n):\n"
        "    with smtplib.SMTP('127.0.0.1', inbox.smtp_port) as line:\n"
        "        line.sendmail('a@b.c', ['d@e.f'], f'Subject: {n}\\r\\n\\r\\nx'.encode())\n"
        "    assert [mail['Subject'] for mail in inbox.messages()] == [str(n)]\n"
    )
    ran = run_pytest(tmp_path, "-n", "2")
    assert "12 passed" in ran.stdout, ran.stdout + ran.stderr


def test_a_failure_says_what_there_was(inbox: StartedInbox, send: Send) -> None:
    """What did not come is told together with what did, and what was refused."""
    send("Other", to="bo@example.com")
    inbox.add_fault("rcpt", code=550)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send("Lost")
    with pytest.raises(NothingCameError) as failure:
        inbox.wait_for("subject:Welcome", timeout=0.1)
    said = str(failure.value)
    for words in ("subject:Welcome", "wanted at least 1", "0 matched", "'Other' to bo@example.com",
                  "refused at rcpt with 550"):  # fmt: skip
        assert words in said


def test_the_package_is_typed() -> None:
    """Type checkers of other projects read our types."""
    assert (ROOT / "mock_smtp" / "py.typed").exists()
