"""Starting, stopping, capturing one mail and finding it again."""

import json
import os
import signal
import smtplib
import socket
import subprocess
import sys

import pytest

from mock_smtp.client import InboxError, wait_until
from mock_smtp.testing import StartedInbox, child_inbox, running_inbox, start_inbox, stop_inbox
from tests.inbox.conftest import Send


def test_a_mail_is_listed_and_opened(inbox: StartedInbox, send: Send) -> None:
    """A mail that was answered 250 is in the list and can be opened."""
    send("Hola, ñandú", to="ana@example.com", body="Good morning.")
    (summary,) = inbox.messages()
    mail = inbox.message(summary["ID"])
    assert summary["Subject"] == mail["Subject"] == "Hola, ñandú"
    assert mail["To"] == [{"Name": "", "Address": "ana@example.com"}]
    assert mail["Text"].strip() == "Good morning."


def test_a_mail_is_found_right_after_its_250(inbox: StartedInbox, send: Send) -> None:
    """Search finds a word of the text as soon as the client has its 250."""
    for number in range(20):
        send(body=f"marker{number}x")
        assert len(inbox.search(f"marker{number}x")) == 1


def test_the_source_is_kept_byte_for_byte(inbox: StartedInbox, smtp: smtplib.SMTP) -> None:
    """The source comes back exactly as it was sent, dots, long lines and odd bytes included."""
    source = b"Subject: x\r\n\r\n.dot\r\n..two\r\n" + b"\xff\x00" * 3000 + b"\r\nend \n lone\r\n"
    smtp.sendmail("a@example.com", ["b@example.com"], source)
    smtp.ehlo()
    assert inbox.raw() == source


def test_delete_all_leaves_nothing(inbox: StartedInbox, send: Send) -> None:
    """DELETE without a body empties the inbox, and ids are never used again."""
    send()
    old = inbox.messages()[0]["ID"]
    inbox.delete_all()
    assert inbox.messages() == []
    send()
    assert int(inbox.messages()[0]["ID"]) > int(old)


def test_an_unknown_mail_is_404(inbox: StartedInbox) -> None:
    """A mail that is not there is answered 404, whatever its id looks like."""
    for name in ("999999999", "nonsense", "latest", "9" * 40):
        with pytest.raises(InboxError) as refusal:
            inbox.message(name)
        assert refusal.value.status == 404


def test_stats_count_connections(inbox: StartedInbox, smtp: smtplib.SMTP) -> None:
    """Two mails over one connection count as one connection and two accepted mails."""
    before = inbox.stats()
    for _ in range(2):
        smtp.sendmail("a@example.com", ["b@example.com"], b"Subject: x\r\n\r\nx")
    after = inbox.stats()
    assert after["connections_opened"] == before["connections_opened"]
    assert after["messages_accepted"] == before["messages_accepted"] + 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    """SIGTERM and SIGINT end the inbox with exit code 0."""
    child = start_inbox()
    child_inbox(child)
    child.send_signal(number)
    assert child.wait(timeout=10) == 0
    stop_inbox(child)


def test_it_ends_with_its_standard_input() -> None:
    """With --stop-with-stdin the end of the parent's pipe ends the inbox."""
    child = start_inbox()
    child_inbox(child)
    assert stop_inbox(child) == 0


PARENT = """
import sys, time
from mock_smtp.testing import start_inbox
child = start_inbox()
sys.stdout.write(child.stdout.readline())
sys.stdout.flush()
time.sleep(600)
"""


def test_it_dies_with_a_killed_parent() -> None:
    """When its parent is killed with -9 the inbox ends too."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    port = json.loads(parent.stdout.readline())["smtp_port"]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: refused(port))


def refused(port: int) -> bool:
    """Whether nobody listens on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_open_connections_do_not_keep_it_alive() -> None:
    """A client that keeps its connection open does not hold up the end."""
    with running_inbox() as inbox, socket.create_connection(("127.0.0.1", inbox.smtp_port)) as line:
        assert line.recv(100).startswith(b"220")
        assert stop_inbox(inbox.child) == 0


@pytest.mark.parametrize("option", ["--smtp-port", "--http-port"])
def test_a_taken_port_is_named_with_its_cure(inbox: StartedInbox, option: str) -> None:
    """A taken port stops the start with exit code 2 and one sentence that names the option."""
    command = [sys.executable, "-m", "mock_smtp", "--smtp-port", "0", "--http-port", "0"]
    ended = subprocess.run(
        [*command, option, str(inbox.smtp_port)], capture_output=True, text=True, timeout=20
    )
    assert ended.returncode == 2
    assert option in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_wrong_setting_names_itself() -> None:
    """A value that cannot be read stops the start and is named with its variable."""
    environment = {**os.environ, "MOCK_SMTP_MAX_SIZE": "much"}
    command = [sys.executable, "-m", "mock_smtp"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 2
    assert "MOCK_SMTP_MAX_SIZE must be a whole number" in ended.stderr
