"""News over the WebSocket: attempts that came to nothing, told as they end."""

import json
import smtplib
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from mock_smtp.testing import StartedInbox
from tests.inbox.conftest import Send


@pytest.fixture
def news(inbox: StartedInbox) -> Iterator[ClientConnection]:
    """A listener that has had its greeting."""
    with connect(f"ws://127.0.0.1:{inbox.http_port}/api/events") as socket:
        assert json.loads(socket.recv(10))["Type"] == "stats"
        yield socket


def next_of(news: ClientConnection, wanted: str) -> Any:
    """What the next event of a type carries."""
    while True:
        event = json.loads(news.recv(10))
        if event["Type"] == wanted:
            return event["Data"]


@pytest.mark.parametrize(
    ("stage", "action", "outcome"),
    [
        ("rcpt", "reply", "refused"),
        ("data", "reply", "refused"),
        ("mail", "drop", "dropped"),
        ("after-store", "drop", "unacknowledged"),
    ],
)
def test_an_attempt_that_failed_is_news(
    inbox: StartedInbox, news: ClientConnection, send: Send, stage: Any, action: Any, outcome: str
) -> None:
    """The event carries what `/api/v2/attempts` lists, and its id is known there at once."""
    inbox.add_fault(stage, action)
    with pytest.raises((smtplib.SMTPException, ConnectionError)):
        send("Order")
    told = next_of(news, "attempt")
    assert (told["outcome"], told["stage"]) == (outcome, stage)
    assert told == inbox.attempts()[0]


def test_an_accepted_mail_is_news_once(
    inbox: StartedInbox, news: ClientConnection, send: Send
) -> None:
    """A mail that was accepted is told as `new`, as Mailpit does, and not as an attempt as well."""
    send("One")
    assert next_of(news, "new")["Subject"] == "One"
    inbox.add_fault("mail")
    with pytest.raises(smtplib.SMTPException):
        send("Two")
    types = []
    while "attempt" not in types:
        types.append(json.loads(news.recv(10))["Type"])
    assert set(types) <= {"stats", "attempt"}
