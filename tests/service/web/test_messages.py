"""/api/messages: a message's life, the list of them, and replay."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from email_service.notifications.models import NotificationLog, Status
from tests.service.factories import AttemptFactory, NotificationLogFactory, notify
from tests.service.web.conftest import MESSAGES, NOTIFY, Api, Configure, assert_problem

UNKNOWN = "6f1f9bd2-4a1c-4c3e-9f0e-0a1b2c3d4e5f"


def listed(api: Api, **query: Any) -> dict[str, Any]:
    """The page that a query asks for."""
    page: dict[str, Any] = api.get(f"{MESSAGES}?{urlencode(query)}").json()
    return page


def test_a_new_message_is_queued(api: Api) -> None:
    """Location leads to the message: queued, no attempt yet, due now."""
    location = api.post(NOTIFY, notify())["Location"]
    message = api.get(location).json()
    assert message["message_id"] == location.rpartition("/")[2]
    assert (message["kind"], message["status"]) == ("notify", "queued")
    assert message["attempts"] == []
    assert message["next_attempt_at"] is not None


def test_each_attempt_is_shown(api: Api) -> None:
    """Attempts stand in their order, with the server's code and words."""
    row = NotificationLogFactory(attempt_count=2)
    AttemptFactory(message=row, number=2, outcome="sent", smtp_code=250, error="")
    AttemptFactory(message=row, number=1)
    attempts = api.get(f"{MESSAGES}{row.message_id}").json()["attempts"]
    assert [set(attempt) for attempt in attempts] == [
        {"number", "at", "outcome", "smtp_code", "error"}
    ] * 2
    assert [(a["number"], a["outcome"], a["smtp_code"], a["error"]) for a in attempts] == [
        (1, "transient", 451, "451 later"),
        (2, "sent", 250, ""),
    ]


@pytest.mark.parametrize("status", [Status.SENT, Status.FAILED, Status.SENDING])
def test_only_a_queued_message_waits(api: Api, status: Status) -> None:
    """`next_attempt_at` is null for what is being sent, was sent, or has failed."""
    row = NotificationLogFactory(status=status)
    message = api.get(f"{MESSAGES}{row.message_id}").json()
    assert (message["status"], message["next_attempt_at"]) == (status, None)


def test_refused_recipients_are_shown(api: Api) -> None:
    """A partially sent message says who did not get it, and why."""
    refused = {"eva@mail.example": "550 no such user"}
    row = NotificationLogFactory(status=Status.PARTIALLY_SENT, refused=refused)
    assert api.get(f"{MESSAGES}{row.message_id}").json()["refused"] == refused


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("message_id", [UNKNOWN, "x", "5", UNKNOWN[:-1], "%00", "%F0%9F", "{x}",
                                        "00000000-0000-0000-0000-000000000000"])  # fmt: skip
def test_what_is_no_message(api: Api, method: str, message_id: str) -> None:
    """An unknown or impossible id is 404, to look at and to replay."""
    path = f"{MESSAGES}{message_id}" + ("/replay/" if method == "POST" else "")
    assert_problem(api.call(method, path), 404, "not-found")


def test_an_id_compares_without_case(api: Api) -> None:
    """The address of a message may be typed in upper case."""
    row = NotificationLogFactory()
    assert api.get(f"{MESSAGES}{str(row.message_id).upper()}").status_code == 200


@pytest.mark.parametrize("count", [1, 5, 50])
def test_a_page_costs_two_queries(
    api: Api, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    """However many messages: one query for them, one for all their attempts, none for the mails."""
    for row in NotificationLogFactory.create_batch(count):
        AttemptFactory(message=row)
    with django_assert_num_queries(2) as queries:
        assert len(listed(api)["results"]) == count
    assert not [query for query in queries if '"mime"' in query["sql"]]


def test_pages_reach_every_message_once(api: Api) -> None:
    """Following `next` shows all, newest first, and none twice though new ones come in."""
    rows = NotificationLogFactory.create_batch(120)
    seen, path = [], MESSAGES
    while path:
        page = api.get(path).json()
        seen += [message["message_id"] for message in page["results"]]
        path = page["next"]
        NotificationLogFactory()
    assert seen == [str(row.message_id) for row in reversed(rows)]


def test_rows_of_one_moment_are_told_apart(api: Api) -> None:
    """Messages accepted at the same moment are neither lost nor repeated between pages."""
    NotificationLogFactory.create_batch(60)
    NotificationLog.objects.update(created_at=now())
    first = listed(api)
    second = api.get(first["next"]).json()
    ids = {message["message_id"] for message in first["results"] + second["results"]}
    assert (len(ids), second["next"]) == (60, None)


def test_the_next_page_asks_the_same_question(api: Api) -> None:
    """Filters stay on from page to page."""
    NotificationLogFactory.create_batch(60, failed=True)
    NotificationLogFactory.create_batch(10)
    page = api.get(listed(api, state="failed")["next"]).json()
    assert {message["status"] for message in page["results"]} == {"failed"}
    assert len(page["results"]) == 10


@pytest.mark.parametrize("state", Status.values)
def test_filter_by_state(api: Api, state: str) -> None:
    """`state` shows the messages in it, and no others."""
    for status in Status.values:
        NotificationLogFactory(**{status: True})
    assert [message["status"] for message in listed(api, state=state)["results"]] == [state]


def test_filter_by_moment(api: Api) -> None:
    """`since` shows what was accepted then or later, whatever offset it is written in."""
    old, new = NotificationLogFactory.create_batch(2)
    moment = now().replace(microsecond=0)
    NotificationLog.objects.filter(pk=old.pk).update(created_at=moment - timedelta(hours=1))
    NotificationLog.objects.filter(pk=new.pk).update(created_at=moment)
    utc = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    madrid = (moment + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S.000+02:00")
    for since in (utc, madrid):
        found = [message["message_id"] for message in listed(api, since=since)["results"]]
        assert found == [str(new.message_id)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("state", "lost"),
        ("state", ""),
        ("state", "QUEUED"),
        ("state", "\x00"),
        ("since", "yesterday"),
        ("since", "2026-11-24"),
        ("since", "2026-11-24T10:00:00"),
        ("since", "2026-02-30T10:00:00Z"),
        ("since", "2026-11-24T25:00:00Z"),
        ("since", "٢٠٢٦-11-24T10:00:00Z"),
        ("since", "1"),
        ("since", ""),
        ("cursor", "x"),
        ("cursor", "-1"),
        ("cursor", "9" * 19),
        ("cursor", "１"),
        ("cursor", ""),
    ],
)
def test_a_question_that_cannot_be_meant(api: Api, field: str, value: str) -> None:
    """A filter that is no filter is 400, not an answer to another question."""
    answer = api.get(f"{MESSAGES}?{urlencode({field: value})}")
    assert list(assert_problem(answer, 400, "invalid")["errors"]) == [field]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("since", "0001-01-01T00:00:00+23:59"),
        ("since", "9999-12-31T23:59:59-23:59"),
        ("since", "2016-12-31T23:59:60Z"),
        ("since", "2026-11-24t10:00:00.123456789z"),
        ("cursor", "0"),
        ("cursor", "9" * 18),
    ],
)
def test_a_question_at_the_edge(api: Api, field: str, value: str) -> None:
    """Everything that the contract allows is answered."""
    assert api.get(f"{MESSAGES}?{urlencode({field: value})}").status_code == 200


def test_a_failed_message_is_replayed(api: Api, configure: Configure) -> None:
    """Replay queues it at once with a new budget, and answers as accept does."""
    configure(email_max_retries=3)
    row = NotificationLogFactory(failed=True)
    answer = api.post(f"{MESSAGES}{row.message_id}/replay/")
    row.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (202, f"/api/messages/{row.message_id}")
    assert answer.json() == {"status": "queued", "message_id": str(row.message_id)}
    assert (row.status, row.attempt_count, row.attempt_limit) == ("queued", 4, 8)
    assert row.next_attempt_at is not None


@pytest.mark.parametrize("status", sorted(set(Status.values) - {"failed"}))
def test_only_a_failed_message_is_replayed(api: Api, status: str) -> None:
    """Whatever still lives, or was sent, is left alone: 409."""
    row = NotificationLogFactory(status=status)
    before = NotificationLog.objects.values().get()
    assert_problem(api.post(f"{MESSAGES}{row.message_id}/replay/"), 409, "not-failed")
    assert NotificationLog.objects.values().get() == before


def test_the_second_of_two_replays_is_told(api: Api, lines: list[dict[str, Any]]) -> None:
    """One of two who press replay wins, and one mail is sent again."""
    row = NotificationLogFactory(failed=True)
    statuses = [api.post(f"{MESSAGES}{row.message_id}/replay").status_code for _ in range(2)]
    assert statuses == [202, 409]
    assert [line["event"] for line in lines].count("replay_requested") == 1


def test_any_key_reads_any_message(api: Api) -> None:
    """A message is no secret between services."""
    row = NotificationLogFactory(client="another")
    assert api.get(f"{MESSAGES}{row.message_id}").status_code == 200


def test_the_very_moment_is_since_it(api: Api) -> None:
    """A message's own `created_at`, given as `since`, finds the message."""
    row = NotificationLogFactory()
    moment = api.get(f"{MESSAGES}{row.message_id}").json()["created_at"]
    assert len(listed(api, since=moment)["results"]) == 1
