"""/healthz, /livez and /readyz on a database that answers."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from email_service.health import checks
from email_service.notifications.models import NotificationLog, Worker
from tests.service.factories import NotificationLogFactory

pytestmark = pytest.mark.django_db(transaction=True)
PROBES = ["/healthz", "/livez", "/readyz", "/metrics"]


def queued(*, seconds_ago: float) -> NotificationLog:
    """A row of the outbox, due since then."""
    return NotificationLogFactory(next_attempt_at=timezone.now() - timedelta(seconds=seconds_ago))


def seen(seconds_ago: float) -> None:
    """A worker that made progress then."""
    Worker.objects.create(name="w", last_seen=timezone.now() - timedelta(seconds=seconds_ago))


def verdict(client: Client, status: int = 200) -> dict[str, Any]:
    """The body of /healthz, which must have this code."""
    answer = client.get("/healthz")
    assert answer.status_code == status
    body: dict[str, Any] = answer.json()
    return body


def test_all_is_well(client: Client) -> None:
    """With a database, a live worker and nothing late the verdict is pass."""
    seen(1)
    body = verdict(client)
    assert body["status"] == "pass"
    assert body["version"] == "1.0.0"
    assert body["checks"]["database"]["status"] == "pass"
    assert body["checks"]["database"]["latency_ms"] >= 0


def test_redis_that_is_not_configured_is_skipped(client: Client) -> None:
    """Without REDIS_URL its check says skipped, and costs nothing."""
    assert verdict(client)["checks"]["redis"] == {"status": "skipped", "latency_ms": None}


def test_an_empty_outbox_has_no_age(client: Client) -> None:
    """Nothing due: the age is null, the count of failures 0."""
    outbox = verdict(client)["checks"]["outbox"]
    assert outbox == {"status": "pass", "oldest_due_seconds": None, "failed": 0}


def test_a_late_queue_warns(client: Client) -> None:
    """A message due for longer than the limit is a warning, not a failure."""
    seen(1)
    queued(seconds_ago=checks.LAG_SECONDS + 30)
    body = verdict(client)
    assert body["status"] == "warn"
    assert body["checks"]["outbox"]["status"] == "warn"
    assert body["checks"]["outbox"]["oldest_due_seconds"] >= checks.LAG_SECONDS + 30


def test_messages_for_later_are_not_late(client: Client) -> None:
    """A message whose next attempt lies ahead is not due, so it has no age."""
    queued(seconds_ago=-3600)
    assert verdict(client)["checks"]["outbox"]["oldest_due_seconds"] is None


def test_failed_messages_are_counted(client: Client) -> None:
    """Those a person should look at are in the answer as a number."""
    NotificationLogFactory.create_batch(2, failed=True)
    assert verdict(client)["checks"]["outbox"]["failed"] == 2


def test_a_stale_worker_warns(client: Client) -> None:
    """A worker that made no progress for longer than the limit is a warning."""
    seen(checks.STALE_SECONDS + 10)
    body = verdict(client)
    assert body["status"] == "warn"
    assert body["checks"]["worker"]["status"] == "warn"
    assert body["checks"]["worker"]["last_seen_seconds"] >= checks.STALE_SECONDS


def test_a_worker_never_seen_warns(client: Client) -> None:
    """Nobody ever delivered: a warning with a null age."""
    worker = verdict(client)["checks"]["worker"]
    assert worker == {"status": "warn", "last_seen_seconds": None}


def test_the_liveliest_worker_counts(client: Client) -> None:
    """One dead worker among live ones is nobody's alarm."""
    seen(3600)
    Worker.objects.create(name="live", last_seen=timezone.now())
    assert verdict(client)["checks"]["worker"]["status"] == "pass"


def test_ready_when_migrated(client: Client) -> None:
    """A database with every migration makes the service ready."""
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "pass"})


def test_not_ready_while_a_migration_is_missing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A migration that the code has and the database lacks: 503."""
    wanted = frozenset({("notifications", "9999_not_applied")})
    monkeypatch.setattr("email_service.database.probe._newest", lambda: wanted)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "fail"})


@pytest.mark.parametrize("path", PROBES)
def test_no_key_is_asked_for(client: Client, path: str) -> None:
    """All four answer without a key, and nobody may keep the answer."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PROBES)
def test_head_answers_like_get(client: Client, path: str) -> None:
    """HEAD has the code of GET and no body."""
    answer = client.head(path)
    assert answer.status_code == 200
    assert answer.content == b""


@pytest.mark.parametrize("path", PROBES)
def test_other_methods_are_refused(client: Client, path: str) -> None:
    """POST is 405 with the methods that are allowed."""
    answer = client.post(path)
    assert answer.status_code == 405
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize("path", PROBES)
def test_any_accept_header_will_do(client: Client, path: str) -> None:
    """An alarm that asks for another form gets the one there is."""
    assert client.get(path, headers={"Accept": "application/openmetrics-text"}).status_code == 200


@pytest.mark.parametrize("path", PROBES)
def test_the_form_with_a_slash_answers_too(client: Client, path: str) -> None:
    """No redirect: a probe that does not follow one would see the wrong code."""
    assert client.get(f"{path}/").status_code == 200
