"""With EMAIL_TRANSPORT=celery workers deliver: Redis carries hints, the rows are the queue.

What happens when Redis is flushed, away or hung is in tests/faults/test_broker.py.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import redis

from mock_smtp.client import wait_until
from mock_smtp.testing import StartedInbox, running_inbox
from tests.engines.children import child
from tests.engines.fixtures import StartService
from tests.engines.service import ROOT, Service, environment

DATABASE = 9
MAIL = {"to": "ana@mail.example", "subject": "Hola", "body": "¿Qué tal?"}


@pytest.fixture
def inbox() -> Iterator[StartedInbox]:
    """A real inbox."""
    with running_inbox() as started:
        yield started


def settings(inbox: StartedInbox, redis_port: int) -> dict[str, str]:
    """A service whose mails Celery's workers deliver into the inbox."""
    return {
        "EMAIL_TRANSPORT": "celery",
        "EMAIL_PORT": str(inbox.smtp_port),
        "REDIS_URL": f"redis://127.0.0.1:{redis_port}/{DATABASE}",
    }


@contextmanager
def worker(service: Service, settings: dict[str, str], log: Path) -> Iterator[None]:
    """A Celery worker that listens to the queue `emails`."""
    words = ["-m", "celery", "-A", "email_service", "worker", "-Q", "emails"]
    pool = ["--pool", "threads", "--concurrency", "2"]
    environ = environment(service.database_url, **settings)
    with child([sys.executable, *words, *pool], log=log, environ=environ, folder=ROOT):
        yield


def post(service: Service, count: int = 1) -> list[str]:
    """Post so many notifications; their UUIDs."""
    ids = [str(uuid4()) for _ in range(count)]
    with service.client() as client:
        for message_id in ids:
            answer = client.post("/api/notify/", json={**MAIL, "message_id": message_id})
            assert answer.status_code == 202
    return ids


def arrived(inbox: StartedInbox) -> list[str]:
    """The UUIDs that the inbox caught, one entry a copy."""
    return sorted(mail["MessageID"].partition("@")[0] for mail in inbox.messages())


def test_a_worker_drains_the_queue(
    running_service: StartService, inbox: StartedInbox, redis_port: int, tmp_path: Path
) -> None:
    """Wake-ups wait in `emails` until a worker comes; then every mail leaves once."""
    chosen = settings(inbox, redis_port)
    service = running_service("postgres", **chosen)
    ids = post(service, 5)
    with redis.Redis(port=redis_port, db=DATABASE) as queues:
        assert queues.llen("emails") == 5
        assert queues.llen("celery") == 0
    with worker(service, chosen, tmp_path / "worker.log"):
        wait_until(lambda: arrived(inbox) == sorted(ids), timeout=40)
