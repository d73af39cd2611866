"""What a student sees in the first minutes: one command, the brief's curl, a real mail."""

from pathlib import Path

import pytest

from mock_smtp.client import wait_until
from tests.engines.kit import Kit, StartKit, status

BRIEF = {
    "name": "Carlos Rivas",
    "email": "carlos@mail.com",
    "message": "Me interesa una colaboración",
}


@pytest.fixture(scope="module")
def kit(start_kit: StartKit) -> Kit:
    """A kit with the embedded defaults."""
    return start_kit()


def test_the_briefs_curl_becomes_a_mail(kit: Kit) -> None:
    """202 with `queued`, then a mail in the inbox, sent after one attempt."""
    with kit.client() as client:
        answer = client.post("/api/contact/", json=BRIEF)
        message_id = answer.json()["message_id"]
        [mail] = kit.inbox.wait_for(f"message-id:{message_id}")
        wait_until(lambda: status(client, message_id)["status"] == "sent")
        found = status(client, message_id)
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    assert [address["Address"] for address in mail["ReplyTo"]] == ["carlos@mail.com"]
    assert [attempt["outcome"] for attempt in found["attempts"]] == ["sent"]
    assert BRIEF["message"] in kit.inbox.message(mail["ID"])["Text"]


def test_one_uuid_in_every_room(kit: Kit) -> None:
    """The answer, the row, the SMTP Message-ID and the inbox's search know one UUID."""
    with kit.client() as client:
        message_id = client.post("/api/contact/", json=BRIEF).json()["message_id"]
        kit.inbox.wait_for(f"message-id:{message_id}")
        assert status(client, message_id)["message_id"] == message_id


def test_celery_where_there_is_neither_docker_nor_redis(
    start_kit: StartKit, tmp_path: Path
) -> None:
    """`up --transport celery` brings a stand-in of Redis along, and the mail arrives through it."""
    kit = start_kit(EMAIL_TRANSPORT="celery", PATH=str(tmp_path))
    assert kit.part("redis_stand_in")
    with kit.client() as client:
        message_id = client.post("/api/contact/", json=BRIEF).json()["message_id"]
        kit.inbox.wait_for(f"message-id:{message_id}", timeout=30)
        wait_until(lambda: status(client, message_id)["status"] == "sent")
        assert client.get("/healthz").json()["checks"]["redis"]["status"] == "pass"
