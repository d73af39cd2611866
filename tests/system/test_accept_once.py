"""The same request, many times at once: one row, one mail, one answer."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from mock_smtp.client import wait_until
from mock_smtp.testing import running_inbox
from tests.engines.fixtures import StartService

TWINS = 100


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_hundred_twins(running_service: StartService, engine: str) -> None:
    """A hundred equal posts in parallel: 100 times the same 202, 99 marked, one row, one mail."""
    with running_inbox() as inbox:
        settings = {"EMAIL_TRANSPORT": "smtp", "EMAIL_PORT": str(inbox.smtp_port)}
        service = running_service(engine, deliver=True, **settings)
        mail = {"to": "ana@mail.example", "subject": "Hola", "body": "¿Qué tal?"}
        mail["message_id"] = str(uuid4())
        with service.client(timeout=30) as client, ThreadPoolExecutor(TWINS) as threads:

            def post(_: int) -> httpx.Response:
                return client.post("/api/notify/", json=mail)

            answers = list(threads.map(post, range(TWINS)))
            known = client.get("/api/messages/").json()["results"]
            inbox.wait_for(f"message-id:{mail['message_id']}")
            wait_until(lambda: _status(client, mail["message_id"]) == "sent")
        assert {(answer.status_code, answer.text) for answer in answers} == {(202, answers[0].text)}
        replayed = [answer.headers.get("Idempotent-Replayed") for answer in answers]
        assert replayed.count("true") == TWINS - 1
        assert len(known) == len(inbox.messages()) == 1


def _status(client: httpx.Client, message_id: str) -> str:
    """Where the message is."""
    found: str = client.get(f"/api/messages/{message_id}").json()["status"]
    return found
