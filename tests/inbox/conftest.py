"""What the inbox's tests share: a running inbox, and ways to speak to it."""

import smtplib
from collections.abc import Callable, Iterator

import pytest

from mock_smtp.pytest_plugin import inbox, inbox_server
from mock_smtp.testing import StartedInbox

__all__ = ["inbox", "inbox_server"]

Send = Callable[..., dict[str, tuple[int, bytes]]]


@pytest.fixture
def smtp(inbox: StartedInbox) -> Iterator[smtplib.SMTP]:
    """An open SMTP connection to the inbox."""
    with smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=10) as connection:
        yield connection


@pytest.fixture
def send(inbox: StartedInbox) -> Send:
    """Send one mail over a connection of its own."""

    def sent(
        subject: str = "Hello",
        *,
        to: str | list[str] = "ana@example.com",
        sender: str = "shop@example.com",
        body: str = "Good morning.",
        headers: str = "",
    ) -> dict[str, tuple[int, bytes]]:
        recipients = [to] if isinstance(to, str) else to
        head = f"From: {sender}\r\nTo: {', '.join(recipients)}\r\nSubject: {subject}\r\n{headers}"
        with smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=10) as connection:
            return connection.sendmail(sender, recipients, f"{head}\r\n{body}\r\n".encode())

    return sent
