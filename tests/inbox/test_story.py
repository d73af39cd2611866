"""Transcripts, timelines, duplicates, waiting: what a client did, told afterwards."""

import smtplib
import threading
from typing import Any

import pytest

from mock_smtp.client import InboxError, wait_until
from mock_smtp.smtp.ledger import Attempt
from mock_smtp.store.attempts import KeptAttempt
from mock_smtp.story.timeline import Patience, tell
from mock_smtp.testing import StartedInbox
from tests.inbox.conftest import Send
from tests.inbox.test_faults import code_of

ID = "Message-ID: <one@example.com>\r\n"


def get(inbox: StartedInbox, path: str) -> Any:
    """The JSON of our own API."""
    return inbox.json("GET", f"/api/v2{path}")


def test_a_transcript_tells_a_mail_from_greeting_to_250(inbox: StartedInbox, send: Send) -> None:
    """The transcript of a mail has both sides in order, timed, codes explained."""
    send()
    told = get(inbox, "/messages/latest/transcript")
    said = [(line["from"], line["text"][:4]) for line in told["lines"]]
    assert said[0] == ("server", "220 ")
    assert [text for speaker, text in said if speaker == "client"] == [
        "ehlo",
        "mail",
        "rcpt",
        "data",
    ]
    assert said[-1] == ("server", "250 ")
    assert told["lines"][-1]["explained"].startswith("Done.")
    times = [line["at"] for line in told["lines"]]
    assert times == sorted(times)


def test_passwords_are_masked(inbox: StartedInbox, smtp: smtplib.SMTP) -> None:
    """Neither PLAIN nor LOGIN leaves a password in a transcript."""
    smtp.ehlo()
    smtp.docmd("AUTH", "PLAIN AGFuYQBzZWNyZXQ=")
    smtp.sendmail("a@example.com", ["b@example.com"], b"Subject: x\r\n\r\nx")
    with smtplib.SMTP("127.0.0.1", inbox.smtp_port) as other:
        other.ehlo()
        other.user, other.password = "ana", "secret"
        other.auth("LOGIN", other.auth_login, initial_response_ok=False)
        other.sendmail("a@example.com", ["b@example.com"], b"Subject: y\r\n\r\ny")
    for mail in inbox.messages():
        told = str(get(inbox, f"/messages/{mail['ID']}/transcript"))
        assert "c2VjcmV0" not in told
        assert "AGFuYQBzZWNyZXQ" not in told
        assert "********" in told


def test_a_refused_attempt_has_its_transcript(inbox: StartedInbox, send: Send) -> None:
    """A refusal is kept with its stage, code and the fault that made it."""
    fault = inbox.add_fault("rcpt", code=450)
    code_of(send)
    (attempt,) = get(inbox, "/attempts?outcome=refused")
    assert (attempt["stage"], attempt["code"], attempt["message"]) == ("rcpt", 450, None)
    assert attempt["injected"] == f"fault {fault.id}"
    lines = get(inbox, f"/attempts/{attempt['id']}")["lines"]
    assert [line["injected"] for line in lines if line["injected"]] == [f"fault {fault.id}"]


@pytest.mark.parametrize("stage", ["connect", "helo"])
def test_a_failure_before_mail_is_an_attempt(inbox: StartedInbox, send: Send, stage: Any) -> None:
    """A connection that is dropped before MAIL is listed with its stage."""
    inbox.add_fault(stage, "drop")
    code_of(send)
    (attempt,) = get(inbox, "/attempts")
    assert (attempt["outcome"], attempt["stage"]) == ("dropped", stage)


def test_fail_twice_then_accept_is_one_timeline(inbox: StartedInbox, send: Send) -> None:
    """Refusals at RCPT, before any header came, are told with the mail that got through."""
    inbox.add_fault("rcpt", times=1)
    inbox.add_fault("data", times=1)
    codes = [code_of(send, headers=ID) for _ in range(3)]
    told = get(inbox, "/timeline?message_id=%3Cone%40example.com%3E")
    assert codes == [451, 451, 250]
    assert [attempt["outcome"] for attempt in told["attempts"]] == [
        "refused",
        "refused",
        "accepted",
    ]
    assert len(told["gaps"]) == 2
    assert told["verdicts"] == ["too-eager", "delivered-after-retries"]


def test_a_lost_250_shows_as_a_duplicate(inbox: StartedInbox, send: Send) -> None:
    """A mail whose 250 was lost and that was sent again is one group of two, and says why."""
    inbox.add_fault("after-store", "drop")
    code_of(send, headers=ID)
    code_of(send, headers=ID, body="Other words.")
    (group,) = get(inbox, "/duplicates")
    told = get(inbox, "/timeline?message_id=one@example.com")
    assert (group["key"], group["count"]) == ("one@example.com", 2)
    assert told["attempts"][0]["outcome"] == "unacknowledged"
    assert "retried-after-lost-250" in told["verdicts"]
    first, second = group["messages"]
    changed = get(inbox, f"/diff?a={first}&b={second}")
    assert "-Good morning." in changed["diff"]
    assert "+Other words." in changed["diff"]


def test_duplicates_by_header_and_content(inbox: StartedInbox, send: Send) -> None:
    """Copies without a Message-ID are found by content or by an idempotency header."""
    for _ in range(2):
        send(headers="X-Idempotency-Key: k1\r\n")
    assert get(inbox, "/duplicates") == []
    assert get(inbox, "/duplicates?by=content")[0]["count"] == 2
    assert get(inbox, "/duplicates?by=header&header=X-Idempotency-Key")[0]["key"] == "k1"


def test_wait_answers_when_the_mail_comes(inbox: StartedInbox, send: Send) -> None:
    """A wait that began before the mail is answered as soon as it is there."""
    later = threading.Timer(0.2, send, kwargs={"subject": "Late"})
    later.start()
    found = get(inbox, "/wait?query=subject:late&within=10")
    later.join()
    assert (found["ok"], found["count"], found["messages"][0]["Subject"]) == (True, 1, "Late")


@pytest.mark.parametrize(
    ("asked", "sent", "ok"),
    [
        ("exactly=1", 1, True),
        ("exactly=1", 2, False),
        ("exactly=0", 0, True),
        ("exactly=0", 1, False),
        ("at_most=1", 1, True),
        ("at_least=2", 1, False),
    ],
)
def test_assert_gives_its_reason(
    inbox: StartedInbox, send: Send, asked: str, sent: int, ok: bool
) -> None:
    """An expectation is judged with a sentence that says what was wanted and what there was."""
    for _ in range(sent):
        send()
    found = get(inbox, f"/wait?query=subject:hello&within=0.3&{asked}")
    assert found["ok"] is ok
    assert f"{sent} matched" in found["reason"]


def test_a_client_that_leaves_before_the_250_is_seen(inbox: StartedInbox) -> None:
    """A client that does not wait for its 250 leaves a stored, unacknowledged attempt."""
    inbox.add_fault("after-store", "delay", seconds=30)
    connection = smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=0.5)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        connection.sendmail("a@example.com", ["b@example.com"], b"Subject: x\r\n\r\nx")
    connection.close()
    found = wait_until(lambda: get(inbox, "/attempts?outcome=unacknowledged"))
    assert found[0]["message"] == inbox.messages()[0]["ID"]


@pytest.mark.parametrize("path", ["/wait?within=x", "/wait?exactly=-1", "/timeline", "/diff?a=1"])
def test_a_wrong_question_names_its_field(inbox: StartedInbox, path: str) -> None:
    """A question that cannot be answered is 400 with the field that is wrong."""
    with pytest.raises(InboxError, match=r'400: .*"field":"\w+"'):
        get(inbox, path)


def attempt(at: float, outcome: Any, code: int | None = None) -> KeptAttempt:
    """An attempt that began and ended at one moment, in seconds."""
    moment = int(at * 1000)
    who = ("a@x", ["b@x"])
    return KeptAttempt(
        int(at),
        Attempt(None, "m", "s", "p", 1, moment, moment, *who, outcome, "data", code, None, []),
    )


@pytest.mark.parametrize(
    ("attempts", "verdicts"),
    [
        ([(0, "accepted", 250)], []),
        ([(0, "refused", 451), (5, "accepted", 250)], ["delivered-after-retries"]),
        ([(0, "refused", 451), (0.2, "refused", 451)], ["too-eager"]),
        ([(0, "refused", 550), (9, "refused", 550)], ["retried-a-5xx"]),
        ([(0, "accepted", 250), (9, "accepted", 250)], ["sent-again-after-250"]),
    ],
)
def test_verdicts(attempts: list[Any], verdicts: list[str]) -> None:
    """Each way of retrying has its name."""
    told = tell([attempt(*facts) for facts in attempts], now=10_000, patience=Patience())
    assert told.verdicts == verdicts


def test_giving_up_needs_silence() -> None:
    """A client has given up on a 4xx only after it has been silent for long enough."""
    refused = [attempt(0, "refused", 451)]
    assert tell(refused, now=59_000, patience=Patience()).verdicts == []
    assert tell(refused, now=61_000, patience=Patience()).verdicts == ["gave-up-on-a-4xx"]


@pytest.mark.parametrize(
    ("times", "curve"),
    [((0, 5, 10, 15), "fixed"), ((0, 1, 3, 7), "growing"), ((0, 4, 6), "shrinking")],
)
def test_the_curve_of_the_gaps(times: tuple[int, ...], curve: str) -> None:
    """Gaps are told as fixed, growing or shrinking."""
    told = tell([attempt(at, "refused", 451) for at in times], now=20_000, patience=Patience())
    assert told.curve == curve
