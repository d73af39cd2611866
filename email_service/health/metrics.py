"""Prometheus' numbers: the outbox as the database has it, so any process answers for all.

Nothing here names a message, an address or a client.
"""

from collections.abc import Iterator
from functools import cache

from django.db import connection
from django.db.models import Count
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from email_service.database import gate
from email_service.database.deadline import budget
from email_service.database.probe import PROBE_SECONDS, UNAVAILABLE
from email_service.health.outbox import last_seen_seconds, oldest_due_seconds
from email_service.notifications.models import Attempt, NotificationLog, Outcome, Status

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition() -> bytes:
    """All numbers in Prometheus' text format; without a database those that need none."""
    return generate_latest(_registry())


def count_request(method: str, route: str, status: int) -> None:
    """Count one answered request of this process; `route` is the template, never the path."""
    _requests().labels(method, route, str(status)).inc()


class OutboxCollector(Collector):
    """Reads the outbox at each scrape, in 1.5 s or not at all."""

    def describe(self) -> list[Metric]:
        """Nothing: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The outbox's numbers, and whether they could be read."""
        found = self._read()
        answered = GaugeMetricFamily("database_up", "1 if the database answered this scrape.")
        answered.add_metric([], float(bool(found)))
        yield answered
        yield from found

    def _read(self) -> list[Metric]:
        """The numbers that live in the database; none if it does not answer."""
        if gate.closed():
            return []
        try:
            with budget(PROBE_SECONDS):
                return [_messages(), _attempts(), *_ages()]
        except UNAVAILABLE:
            connection.close()
            return []


def _messages() -> Metric:
    """How many messages are in each state; each state is there, at 0 too."""
    counts = dict.fromkeys(Status.values, 0) | NotificationLog.objects.count_by_status()
    family = GaugeMetricFamily("outbox_messages", "Messages by state.", labels=["state"])
    for state, count in counts.items():
        family.add_metric([str(state)], count)
    return family


def _attempts() -> Metric:
    """How many attempts ended in each way; those still under way are not counted."""
    ended = Attempt.objects.exclude(outcome=Outcome.TAKEN).order_by()
    rows = ended.values_list("outcome").annotate(Count("pk"))
    counts = dict.fromkeys(Outcome.values, 0) | dict(rows)
    counts.pop(Outcome.TAKEN.value)
    family = CounterMetricFamily("deliveries", "Attempts by how they ended.", labels=["outcome"])
    for outcome, count in counts.items():
        family.add_metric([str(outcome)], count)
    return family


def _ages() -> Iterator[Metric]:
    """How late the outbox is (0: nothing is due), and when a worker was seen (absent: never)."""
    late = GaugeMetricFamily("outbox_oldest_due_seconds", "Age of the oldest due message.")
    late.add_metric([], oldest_due_seconds() or 0)
    yield late
    seen = GaugeMetricFamily("worker_last_seen_seconds", "Time since a worker made progress.")
    if (age := last_seen_seconds()) is not None:
        seen.add_metric([], age)
    yield seen


@cache
def _registry() -> CollectorRegistry:
    """The registry of this process."""
    registry = CollectorRegistry()
    registry.register(OutboxCollector())
    registry.register(_requests())
    return registry


@cache
def _requests() -> Counter:
    """The requests this process answered."""
    return Counter(
        "http_requests",
        "Requests answered by this process.",
        ["method", "route", "status"],
        registry=None,
    )
