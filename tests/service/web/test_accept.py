"""POST /api/contact/ and POST /api/notify/: a 202 means that the message is kept."""

from email import message_from_bytes, policy
from typing import Any
from uuid import UUID

import pytest

from email_service.notifications.models import ContactMessage, NotificationLog
from tests.service.factories import contact, notify
from tests.service.web.conftest import CONTACT, NOTIFY, Api, Configure, rows


def mail() -> Any:
    """The one mail that is kept, parsed."""
    return message_from_bytes(bytes(NotificationLog.objects.get().mime), policy=policy.default)


@pytest.mark.parametrize(("path", "body"), [(CONTACT, contact()), (NOTIFY, notify())])
def test_the_answer_is_a_receipt(api: Api, path: str, body: dict[str, str]) -> None:
    """Both endpoints answer 202, the brief's status, the message's id and its address."""
    answer = api.post(path, body)
    receipt = answer.json()
    assert answer.status_code == 202
    assert receipt == {"status": "queued", "message_id": str(UUID(receipt["message_id"]))}
    assert answer["Location"] == f"/api/messages/{receipt['message_id']}"
    assert "Idempotent-Replayed" not in answer


def test_contact_keeps_both_rows(api: Api) -> None:
    """A contact form is kept verbatim, together with the NotificationLog of its mail."""
    sent = contact(name="Carlos Rivas", message="<b>Hola</b>\r\n\tadiós  ")
    message_id = api.post(CONTACT, sent).json()["message_id"]
    kept = ContactMessage.objects.get(message_id=message_id)
    assert {name: getattr(kept, name) for name in sent} == sent
    assert kept.notification.message_id == kept.message_id
    assert (kept.notification.kind, kept.notification.status) == ("contact", "queued")


def test_contact_goes_to_the_owner(api: Api, configure: Configure) -> None:
    """The contact form's mail goes to CONTACT_RECIPIENT, whatever the form says."""
    configure(contact_recipient="owner@site.example")
    api.post(CONTACT, contact(to="victim@mail.example", contact_recipient="victim@mail.example"))
    assert NotificationLog.objects.get().recipients == ["owner@site.example"]
    assert mail()["To"] == "owner@site.example"


def test_the_visitor_is_never_the_sender(api: Api) -> None:
    """The visitor stands in Reply-To only: as sender, SPF and DMARC would refuse the mail."""
    api.post(CONTACT, contact(email="visitor@mail.example"))
    row = NotificationLog.objects.get()
    assert mail()["Reply-To"] == "visitor@mail.example"
    assert "visitor@mail.example" not in {row.sender, mail()["From"]}


def test_contact_names_the_visitor_in_the_subject(api: Api) -> None:
    """The owner sees in the list of mails who wrote."""
    api.post(CONTACT, contact(name="Ñandú 日本"))
    assert "Ñandú 日本" in mail()["Subject"]


def test_notify_sends_what_was_asked(api: Api) -> None:
    """A notification carries the caller's recipient, subject and body, and the id as Message-ID."""
    message_id = api.post(NOTIFY, notify(subject="Nuevo post ✓", body="línea 1\nlínea 2")).json()[
        "message_id"
    ]
    assert NotificationLog.objects.get().recipients == ["ana@mail.example"]
    assert mail()["Subject"] == "Nuevo post ✓"
    assert mail().get_content().splitlines() == ["línea 1", "línea 2"]
    assert mail()["Message-ID"].startswith(f"<{message_id}@")


def test_markup_stays_text(api: Api) -> None:
    """Row 32: HTML is kept verbatim and mailed as text/plain."""
    script = "<script>alert(1)</script>"
    api.post(CONTACT, contact(message=script))
    assert ContactMessage.objects.get().message == script
    assert mail().get_content_type() == "text/plain"
    assert script in mail().get_content()


def test_an_international_domain_is_kept_as_typed(api: Api) -> None:
    """Row 28: the row keeps the domain as typed, the envelope and the header carry its A-label."""
    api.post(CONTACT, contact(email="ana@ñandú.example"))
    assert ContactMessage.objects.get().email == "ana@ñandú.example"
    assert mail()["Reply-To"] == "ana@xn--and-6ma2c.example"
    api.post(NOTIFY, notify(to="ana@日本語.example"))
    assert NotificationLog.objects.filter(recipients=["ana@xn--wgv71a119e.example"]).exists()


def test_the_budget_of_attempts_is_the_configured_one(api: Api, configure: Configure) -> None:
    """EMAIL_MAX_RETRIES=7 gives a message 8 attempts."""
    configure(email_max_retries=7)
    api.post(NOTIFY, notify())
    assert NotificationLog.objects.get().attempt_limit == 8


def test_the_row_knows_who_asked(api: Api) -> None:
    """The caller's name and the request's trace are kept, so that the sender's lines carry them."""
    headers = {"X-Request-ID": "req-1", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}
    api.post(NOTIFY, notify(), headers=headers)
    row = NotificationLog.objects.get()
    assert (row.client, row.request_id) == ("tests", "req-1")
    version, trace, span, flags = row.traceparent.split("-")
    assert (version, trace, flags) == ("00", "a" * 32, "01")
    assert span != "b" * 16


def test_unknown_members_are_ignored(api: Api) -> None:
    """A member that the contract does not know changes nothing."""
    assert api.post(CONTACT, contact(color="red", nested={"a": [1, None]})).status_code == 202


def test_accepting_writes_its_events(api: Api, lines: list[dict[str, Any]]) -> None:
    """`accepted` and `dispatched` carry the message's id and kind, and no word of its content."""
    answer = api.post(CONTACT, contact(message="geheim", email="visitor@mail.example"))
    found = {line["event"]: line for line in lines}
    assert found["accepted"]["kind"] == "contact"
    for name in ("accepted", "dispatched", "request.finished"):
        assert found[name]["message_id"] == answer.json()["message_id"]
        assert found[name]["request_id"] == answer["X-Request-ID"]
    assert not [line for line in lines if "geheim" in str(line) or "visitor" in str(line)]


def test_nothing_is_kept_when_the_mail_cannot_be(api: Api, configure: Configure) -> None:
    """The two rows are one transaction: where the second is refused, the first is gone too."""
    # A budget below zero breaks the second row's rule in the database itself.
    configure(email_max_retries=-2)
    assert api.post(CONTACT, contact()).status_code == 500
    assert rows() == (0, 0)
