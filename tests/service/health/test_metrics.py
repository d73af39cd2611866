"""/metrics: the outbox as the database has it."""

import pytest
from django.db import OperationalError
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from email_service.notifications.models import Attempt, NotificationLog, Worker
from email_service.notifications.models.clock import after
from tests.service.factories import NotificationLogFactory

pytestmark = pytest.mark.django_db(transaction=True)
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def message(state: str) -> NotificationLog:
    """A row in that state."""
    return NotificationLogFactory(**{state: True})


def scraped(client: Client) -> Samples:
    """All samples by name and labels, read as Prometheus reads them."""
    families = text_string_to_metric_families(client.get("/metrics").content.decode())
    samples = [sample for family in families for sample in family.samples]
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for one in samples}


def test_messages_are_counted_by_state(client: Client) -> None:
    """Each state has a sample, also at 0."""
    counts = {"queued": 1, "sending": 2, "sent": 4, "partially_sent": 3, "failed": 0}
    for state, count in counts.items():
        for _ in range(count):
            message(state)
    samples = scraped(client)
    assert counts == {state: samples["outbox_messages", (("state", state),)] for state in counts}


def test_attempts_are_counted_by_outcome(client: Client) -> None:
    """Attempts that ended are counted; one still under way is not."""
    row = message("sent")
    Attempt.objects.create(message=row, number=1, outcome="transient")
    Attempt.objects.create(message=row, number=2, outcome="sent")
    Attempt.objects.create(message=row, number=3)
    samples = scraped(client)
    assert samples["deliveries_total", (("outcome", "transient"),)] == 1
    assert samples["deliveries_total", (("outcome", "sent"),)] == 1
    assert ("deliveries_total", (("outcome", "taken"),)) not in samples


def test_ages_are_seconds(client: Client) -> None:
    """The oldest due message and the last sign of a worker, by the database's clock."""
    row = message("queued")
    NotificationLog.objects.filter(pk=row.pk).update(next_attempt_at=after(-50))
    Worker.objects.create(name="w", last_seen=after(-20))
    samples = scraped(client)
    assert 50 <= samples["outbox_oldest_due_seconds", ()] < 80
    assert 20 <= samples["worker_last_seen_seconds", ()] < 50


def test_nothing_personal_is_told(client: Client) -> None:
    """No address, no id and no client's name is in the text."""
    row = message("queued")
    text = client.get("/metrics").content.decode()
    for secret in (str(row.message_id), "example.org", "blog"):
        assert secret not in text


def test_requests_are_counted_by_route(client: Client) -> None:
    """A request counts under its method, its route's template and its code."""
    labels = (("method", "GET"), ("route", "/livez"), ("status", "200"))
    before = scraped(client).get(("http_requests_total", labels), 0)
    client.get("/livez")
    assert scraped(client)["http_requests_total", labels] == before + 1


def test_an_unknown_path_adds_no_label(client: Client) -> None:
    """What a client makes up is counted as `other`: it must not fill the memory."""
    client.get("/made-up-by-a-client")
    labels = (("method", "GET"), ("route", "other"), ("status", "404"))
    samples = scraped(client)
    assert samples["http_requests_total", labels] >= 1
    assert not any("made-up" in str(key) for key in samples)


def test_without_a_database_the_rest_is_told(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is away is a number of its own, not an error."""

    def away() -> None:
        raise OperationalError

    monkeypatch.setattr("email_service.health.metrics._messages", away)
    samples = scraped(client)
    assert samples["database_up", ()] == 0
    assert ("outbox_messages", (("state", "sent"),)) not in samples
    assert any(name == "http_requests_total" for name, _ in samples)
