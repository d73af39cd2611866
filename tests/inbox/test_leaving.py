"""Clients that leave early: what had come whole is kept, and told from what was acknowledged."""

import contextlib
import socket
import ssl
import struct
from collections.abc import Iterator

import pytest

from mock_smtp.client import wait_until
from mock_smtp.testing import StartedInbox, running_inbox
from tests.inbox.conftest import Send

MAIL = b"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"
MAIL += b"Subject: %s\r\n\r\n%s\r\n.\r\n"
WHOLE = b"EHLO me\r\n" + MAIL % (b"one", b"x") + MAIL % (b"two", b"y" * 1000)


@pytest.fixture(scope="module")
def tls() -> Iterator[StartedInbox]:
    """An inbox with a port under TLS from the start."""
    with running_inbox("--smtps-port", "0") as it:
        yield it


def encrypted(inbox: StartedInbox) -> ssl.SSLSocket:
    """A line that is under TLS from the start."""
    inbox.reset()
    context = ssl.create_default_context(cafile=inbox.certificate)
    line = socket.create_connection(("127.0.0.1", inbox.smtps_port), timeout=10)
    return context.wrap_socket(line, server_hostname="127.0.0.1")


def subjects(inbox: StartedInbox) -> list[str]:
    """The subjects of all mail, oldest first."""
    return [mail["Subject"] for mail in inbox.messages()][::-1]


def both_are_there(inbox: StartedInbox) -> bool:
    """Whether both mails have arrived."""
    return subjects(inbox) == ["one", "two"]


def outcomes(inbox: StartedInbox, count: int) -> list[str]:
    """How the attempts ended, once there are so many."""
    wait_until(lambda: len(inbox.attempts()) >= count)
    return [attempt["outcome"] for attempt in inbox.attempts()][::-1]


def test_a_tls_client_that_says_goodbye_at_once(tls: StartedInbox) -> None:
    """A client under TLS that pipelines all and closes TLS has its mail kept, unacknowledged."""
    line = encrypted(tls)
    line.recv(1000)
    line.sendall(WHOLE)
    with contextlib.suppress(OSError):  # the answers that nobody reads stand in the way
        line.unwrap()
    line.close()
    wait_until(lambda: both_are_there(tls))
    assert set(outcomes(tls, 2)) <= {"accepted", "unacknowledged"}


def test_a_tls_client_that_half_closes(tls: StartedInbox) -> None:
    """The same when only the TCP connection is shut for writing, without a word of TLS."""
    line = encrypted(tls)
    line.sendall(WHOLE)
    line.shutdown(socket.SHUT_WR)
    wait_until(lambda: both_are_there(tls))
    line.close()


def test_a_starttls_client_that_leaves(tls: StartedInbox) -> None:
    """The same behind STARTTLS."""
    tls.reset()
    with socket.create_connection(("127.0.0.1", tls.smtp_port), timeout=10) as plain:
        plain.recv(1000)
        plain.sendall(b"STARTTLS\r\n")
        assert plain.recv(1000).startswith(b"220")
        context = ssl.create_default_context(cafile=tls.certificate)
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as line:
            line.sendall(WHOLE)
            line.shutdown(socket.SHUT_WR)
    wait_until(lambda: both_are_there(tls))


def test_a_client_that_closes_without_listening(inbox: StartedInbox) -> None:
    """A plain client that pipelines all and closes has its mail kept."""
    with socket.create_connection(("127.0.0.1", inbox.smtp_port), timeout=10) as line:
        line.recv(1000)
        line.sendall(WHOLE)  # in one piece, so that it has come whole when the reset comes
    wait_until(lambda: both_are_there(inbox))


def test_what_nobody_heard_is_not_acknowledged(inbox: StartedInbox) -> None:
    """Mail that was kept for a client already gone counts as unacknowledged, and says so."""
    inbox.add_fault("helo", "delay", seconds=0.5)
    with socket.create_connection(("127.0.0.1", inbox.smtp_port), timeout=10) as line:
        line.recv(1000)
        line.sendall(WHOLE)
        wait_until(lambda: inbox.faults()[0].hits)
        # A reset, so that the inbox knows at once that nobody listens.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wait_until(lambda: both_are_there(inbox))
    assert outcomes(inbox, 2) == ["unacknowledged"] * 2
    last = [line["text"] for line in inbox.transcript()["lines"]][-1]
    assert last.startswith("The client has left; it would have been told: 250")


def test_half_a_mail_is_no_mail(inbox: StartedInbox, send: Send) -> None:
    """A client that leaves before the last dot leaves nothing, and an abandoned attempt."""
    with socket.create_connection(("127.0.0.1", inbox.smtp_port), timeout=10) as line:
        line.sendall(WHOLE[:-3])
    assert outcomes(inbox, 2)[1] == "abandoned"
    assert subjects(inbox) == ["one"]


def test_a_client_that_gives_up_in_a_pause(inbox: StartedInbox) -> None:
    """A client that leaves while a fault keeps its whole mail waiting leaves nothing behind."""
    inbox.add_fault("data", "delay", seconds=60)
    with socket.create_connection(("127.0.0.1", inbox.smtp_port), timeout=10) as line:
        line.sendall(b"EHLO me\r\n" + MAIL % (b"one", b"x"))
        wait_until(lambda: inbox.faults()[0].hits)
    assert outcomes(inbox, 1) == ["abandoned"]
    assert subjects(inbox) == []


def test_a_silent_client_is_told(inbox: StartedInbox) -> None:
    """A client that says nothing for too long is told 421 and sent away."""
    with (
        running_inbox("--idle-seconds", "1") as impatient,
        socket.create_connection(("127.0.0.1", impatient.smtp_port), timeout=10) as line,
    ):
        heard = b""
        while chunk := line.recv(1000):
            heard += chunk
    assert heard.splitlines()[1].startswith(b"421 4.4.2 ")
