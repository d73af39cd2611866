"""The admin: behind a login, to look at everything and to change nothing but to send again."""

from contextlib import closing
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from email_service.notifications.models import ContactMessage, NotificationLog
from tests.service.factories import AttemptFactory, ContactMessageFactory, NotificationLogFactory

LOGS = "/admin/notifications/notificationlog/"
FORMS = "/admin/notifications/contactmessage/"


@pytest.fixture
def messages(db: None) -> dict[str, NotificationLog]:
    """One failed mail with an attempt, one sent, one about a form with a script in it."""
    form = ContactMessageFactory(name="<b>Eva</b>", message="<script>alert(1)</script>")
    made = {
        "failed": NotificationLogFactory(failed=True),
        "sent": NotificationLogFactory(sent=True),
        "contact": NotificationLogFactory(message_id=form.message_id, kind="contact", contact=form),
    }
    AttemptFactory(message=made["failed"], error="<i>451</i>")
    return made


def ids(page: Any) -> set[str]:
    """The ids of the rows that a list shows."""
    return {str(row.message_id) for row in page.context["cl"].result_list}


@pytest.mark.parametrize("path", ["/admin/", LOGS, FORMS])
def test_a_login_comes_first(client: Client, db: None, path: str) -> None:
    """Who is not logged in is sent to the login page."""
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={path}")


def test_the_login_has_its_style(client: Client, db: None) -> None:
    """The admin's static files are served by the service itself."""
    assert b"/static/admin/css/base.css" in client.get("/admin/login/").content
    with closing(client.get("/static/admin/css/base.css")) as style:
        assert style.status_code == 200


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status__exact=failed", {"failed"}),
        ("kind__exact=contact", {"contact"}),
        ("", {"failed", "sent", "contact"}),
    ],
)
def test_mails_are_filtered(
    admin_client: Client, messages: dict[str, NotificationLog], query: str, expected: set[str]
) -> None:
    """Status and kind narrow the list."""
    page = admin_client.get(f"{LOGS}?{query}")
    assert ids(page) == {str(messages[name].message_id) for name in expected}


@pytest.mark.parametrize("path", [LOGS, FORMS])
def test_a_message_is_found_by_its_id(
    admin_client: Client, messages: dict[str, NotificationLog], path: str
) -> None:
    """The id of a log line leads to the row."""
    wanted = str(messages["contact"].message_id)
    assert ids(admin_client.get(f"{path}?q={wanted}")) == {wanted}


def test_what_was_written_is_escaped(
    admin_client: Client, messages: dict[str, NotificationLog]
) -> None:
    """Row 32: markup in a message is shown, never run."""
    form = ContactMessage.objects.get()
    page = admin_client.get(f"{FORMS}{form.pk}/change/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>Eva" not in admin_client.get(FORMS).content.decode()


def test_attempts_are_shown(admin_client: Client, messages: dict[str, NotificationLog]) -> None:
    """A mail's page has each attempt, with what the server said."""
    page = admin_client.get(f"{LOGS}{messages['failed'].pk}/change/").content.decode()
    assert "&lt;i&gt;451&lt;/i&gt;" in page


@pytest.mark.parametrize("change", ["change", "delete"])
def test_nothing_is_edited(
    admin_client: Client, messages: dict[str, NotificationLog], change: str
) -> None:
    """Not even a superuser edits or deletes what was promised."""
    row = messages["failed"]
    answer = admin_client.post(f"{LOGS}{row.pk}/{change}/", {"status": "sent", "post": "yes"})
    assert answer.status_code == 403
    row.refresh_from_db()
    assert row.status == "failed"
    assert admin_client.get(f"{LOGS}add/").status_code == 403


def test_replay_takes_the_failed_ones(
    admin_client: Client, messages: dict[str, NotificationLog]
) -> None:
    """The action queues the failed among the chosen again and leaves the others alone."""
    chosen = [row.pk for row in messages.values()]
    admin_client.post(LOGS, {"action": "replay", "_selected_action": chosen})
    states = {name: NotificationLog.objects.get(pk=row.pk) for name, row in messages.items()}
    assert states["failed"].status == "queued"
    assert states["failed"].attempt_limit > states["failed"].attempt_count
    assert states["sent"].status == "sent"


def test_looking_is_not_replaying(client: Client, messages: dict[str, NotificationLog]) -> None:
    """Staff who may only look cannot send."""
    looker = User.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_notificationlog"))
    client.force_login(looker)
    assert client.get(LOGS).status_code == 200
    client.post(LOGS, {"action": "replay", "_selected_action": [messages["failed"].pk]})
    messages["failed"].refresh_from_db()
    assert messages["failed"].status == "failed"


def test_a_list_costs_the_same_for_many(
    admin_client: Client, django_assert_max_num_queries: Any
) -> None:
    """No query per row, and no mail is loaded to list it."""
    for _ in range(20):
        form = ContactMessageFactory()
        NotificationLogFactory(message_id=form.message_id, contact=form)
    for path in (LOGS, FORMS):
        with django_assert_max_num_queries(8) as queries:
            admin_client.get(path)
        assert not [query for query in queries if '"mime"' in query["sql"]]
