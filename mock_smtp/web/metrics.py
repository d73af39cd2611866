"""`/metrics`: Mailpit's names as they are, and beside them what no other inbox counts."""

import time
from collections.abc import Iterator
from sqlite3 import Connection

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from mock_smtp.api.requests import inbox_of
from mock_smtp.api.v1.about import memory_bytes
from mock_smtp.inbox import Inbox
from mock_smtp.smtp.counts import Counts
from mock_smtp.store import questions

_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


async def metrics(request: Request) -> Response:
    """Everything that is counted, in Prometheus' text format."""
    inbox = inbox_of(request)
    registry = CollectorRegistry()
    registry.register(
        _Snapshot(await inbox.mailbox.ask(lambda rows: [*_stored(rows), *_counted(inbox)]))
    )
    registry.register(inbox.hooks.acknowledged_after)
    return Response(
        generate_latest(registry), media_type="text/plain; version=0.0.4; charset=utf-8"
    )


class _Snapshot(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        """The families as they were read."""
        yield from self._families


def _stored(rows: Connection) -> Iterator[Metric]:
    totals = questions.totals(rows)
    yield GaugeMetricFamily("mailpit_messages", "Mails in the inbox.", totals.total)
    yield GaugeMetricFamily("mailpit_messages_unread", "Unread mails.", totals.unread)
    size = questions.database_size(rows)
    yield GaugeMetricFamily("mailpit_database_size_bytes", "Bytes in use.", size)
    tags = GaugeMetricFamily("mailpit_tag_messages", "Mails by tag.", labels=["tag"])
    for name, count in questions.tags(rows).items():
        tags.add_metric([name], count)
    yield tags
    duplicates = "SELECT coalesce(sum(copies - 1), 0) FROM (SELECT count(*) AS copies FROM mail"
    duplicates += " WHERE message_id <> '' GROUP BY message_id)"
    again = rows.execute(duplicates).fetchone()[0]
    yield GaugeMetricFamily("mock_smtp_duplicates", "Mails that had come before.", again)


def _counted(inbox: Inbox) -> Iterator[Metric]:
    counts = inbox.counts
    uptime = time.monotonic() - inbox.started
    yield GaugeMetricFamily("mailpit_uptime_seconds", "Time since the start.", uptime)
    yield GaugeMetricFamily("mailpit_memory_usage_bytes", "Most memory held.", memory_bytes())
    plain = {
        "mailpit_messages_deleted": inbox.mailbox.deleted,
        "mailpit_smtp_accepted": counts.messages_accepted,
        "mailpit_smtp_accepted_size_bytes": counts.messages_accepted_bytes,
        "mailpit_smtp_rejected": counts.messages_refused,
        "mailpit_smtp_ignored": 0,
        "mock_smtp_connections_opened": counts.connections_opened,
    }
    for name, value in plain.items():
        yield CounterMetricFamily(name, name.replace("_", " "), value)
    yield _replies(counts)
    yield _attempts(counts)


def _replies(counts: Counts) -> Metric:
    replies = CounterMetricFamily(
        "mock_smtp_replies", "Replies by verb and code.", labels=["verb", "code", "injected"]
    )
    for answered, count in counts.replies.items():
        replies.add_metric(
            [_known(answered.stage), answered.code, str(answered.injected).lower()], count
        )
    return replies


def _attempts(counts: Counts) -> Metric:
    attempts = CounterMetricFamily(
        "mock_smtp_attempts", "Attempts by outcome and stage.", labels=["outcome", "stage"]
    )
    for (outcome, stage), count in counts.attempts.items():
        attempts.add_metric([outcome, stage], count)
    return attempts


def _known(verb: str) -> str:
    """A verb a client made up must not become a series of its own."""
    known = {"connect", "HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "AUTH"}
    return verb if verb in known | {"STARTTLS", "VRFY", "HELP", "EXPN"} else "other"
