"""One id is one message: replays, conflicts, and the two ways to carry the id."""

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from email_service.notifications.models import NotificationLog
from tests.service.factories import contact, notify
from tests.service.web.conftest import CONTACT, NOTIFY, Api, Configure, assert_problem, rows

ID = "6f1f9bd2-4a1c-4c3e-9f0e-0a1b2c3d4e5f"
KEY = "Idempotency-Key"


@pytest.mark.parametrize(("path", "body"), [(CONTACT, contact()), (NOTIFY, notify())])
def test_a_replay_is_answered_like_the_first_call(
    api: Api, path: str, body: dict[str, str]
) -> None:
    """The same id and content: the first answer again, marked as replayed; one row, one mail."""
    first = api.post(path, body | {"message_id": ID})
    again = api.post(path, body | {"message_id": ID})
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Location"] == first["Location"]
    assert again["Idempotent-Replayed"] == "true"
    assert NotificationLog.objects.count() == 1


def test_spacing_and_order_do_not_matter(api: Api) -> None:
    """A caller that serialises the same content in another way replays it."""
    api.post(NOTIFY, notify(message_id=ID))
    other = (
        b'{ "body":"Qu\\u00e9 tal",\n"message_id":"%s","subject":"Hola","to":"ana@mail.example"}'
    )
    assert api.post(NOTIFY, other % ID.encode())["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("again", [ID.upper(), ID.title()])
def test_case_does_not_matter(api: Api, again: str) -> None:
    """UUIDs compare without case, and are answered in lower case."""
    api.post(NOTIFY, notify(message_id=ID))
    answer = api.post(NOTIFY, notify(message_id=again))
    assert answer["Idempotent-Replayed"] == "true"
    assert answer.json()["message_id"] == ID


@pytest.mark.parametrize("header", [ID, f'"{ID}"', ID.upper()])
def test_the_header_carries_the_id_too(api: Api, header: str) -> None:
    """Idempotency-Key, bare or quoted, is the message_id."""
    answer = api.post(NOTIFY, notify(), headers={KEY: header})
    assert answer.json()["message_id"] == ID
    assert api.post(NOTIFY, notify(message_id=ID))["Idempotent-Replayed"] == "true"


def test_both_carriers_may_agree(api: Api) -> None:
    """Body and header with the same id are one id."""
    answer = api.post(NOTIFY, notify(message_id=ID.upper()), headers={KEY: f'"{ID}"'})
    assert answer.json()["message_id"] == ID


def test_both_carriers_must_agree(api: Api) -> None:
    """Body and header with different ids: 400, nothing is kept."""
    answer = api.post(NOTIFY, notify(message_id=ID), headers={KEY: str(uuid4())})
    problem = assert_problem(answer, 400, "idempotency-key-mismatch")
    assert list(problem["errors"]) == [KEY]
    assert rows() == (0, 0)


@pytest.mark.parametrize(
    "header", ["", "5", f'"{ID}', f"{ID}\"", f"{{{ID}}}", f"{ID}, {ID}", "0" * 8, f"'{ID}'",
               "00000000-0000-0000-0000-000000000000"]
)  # fmt: skip
def test_a_header_that_is_no_uuid(api: Api, header: str) -> None:
    """Idempotency-Key is a canonical UUID or nothing."""
    assert_problem(api.post(CONTACT, contact(), headers={KEY: header}), 400, "invalid")
    assert rows() == (0, 0)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (NOTIFY, notify(subject="Another")),
        (NOTIFY, notify(to="eva@mail.example")),
        (CONTACT, contact()),
    ],
)
def test_another_message_cannot_have_the_id(api: Api, path: str, body: dict[str, str]) -> None:
    """Rows 18 and 19: other content or another endpoint: 422, and the first is untouched."""
    api.post(NOTIFY, notify(message_id=ID))
    before = NotificationLog.objects.values().get()
    problem = assert_problem(
        api.post(path, body | {"message_id": ID}), 422, "idempotency-key-reused"
    )
    assert NotificationLog.objects.values().get() == before
    assert rows() == (0, 1)
    assert "errors" not in problem
    assert not [word for word in ("Hola", "ana@", "tests", "notify") if word in str(problem)]


def test_another_caller_cannot_have_the_id(api: Api, configure: Configure) -> None:
    """Row 19: the same content from another client is another message."""
    api.post(NOTIFY, notify(message_id=ID))
    configure(service_api_keys={}, allow_open=True)
    answer = api.post(NOTIFY, notify(message_id=ID), key=False, headers={"Host": "localhost"})
    assert_problem(answer, 422, "idempotency-key-reused")


def test_a_rejected_request_does_not_burn_its_id(api: Api) -> None:
    """After a 400 the corrected request is accepted under the same id."""
    api.post(NOTIFY, notify(message_id=ID, to="nobody"))
    answer = api.post(NOTIFY, notify(message_id=ID))
    assert answer.status_code == 202
    assert "Idempotent-Replayed" not in answer


def test_notify_may_demand_an_id(api: Api, configure: Configure) -> None:
    """NOTIFY_REQUIRE_KEY=1: a notification without an id is 400; a contact form needs none."""
    configure(notify_require_key=True)
    assert_problem(api.post(NOTIFY, notify()), 400, "idempotency-key-required")
    assert api.post(NOTIFY, notify(), headers={KEY: ID}).status_code == 202
    assert api.post(CONTACT, contact()).status_code == 202


def test_replays_and_conflicts_are_logged(api: Api, lines: list[dict[str, Any]]) -> None:
    """`replayed` and `key_conflict` carry the message's id."""
    for subject in ("Hola", "Hola", "Adiós"):
        api.post(NOTIFY, notify(message_id=ID, subject=subject))
    found = [line for line in lines if line["event"] in {"accepted", "replayed", "key_conflict"}]
    assert [line["event"] for line in found] == ["accepted", "replayed", "key_conflict"]
    assert {line["message_id"] for line in found} == {ID}


@pytest.mark.django_db(transaction=True)
def test_twins_are_one_message(service_key: str) -> None:
    """Row 17: the same POST from many threads at once: one row, and everybody gets the same 202."""
    answers: list[Any] = []

    def post() -> None:
        answers.append(Api(service_key).post(NOTIFY, notify(message_id=ID)))
        connections.close_all()

    twins = [threading.Thread(target=post) for _ in range(20)]
    for twin in twins:
        twin.start()
    for twin in twins:
        twin.join()
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (202, b'{"status":"queued","message_id":"%s"}' % ID.encode())
    }
    assert sum("Idempotent-Replayed" in answer for answer in answers) == 19
    assert NotificationLog.objects.count() == 1
