"""Scripted faults: ordered, counted, scoped, and refused where they make no sense."""

import smtplib
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mock_smtp.client import InboxError, wait_until
from mock_smtp.testing import StartedInbox, running_inbox
from tests.inbox.conftest import Send


def code_of(send: Send, **mail: Any) -> int:
    """The SMTP code a sending ends with; 0 for a dropped connection."""
    try:
        send(**mail)
    except smtplib.SMTPRecipientsRefused as refusal:
        return next(iter(refusal.recipients.values()))[0]
    except smtplib.SMTPResponseException as refusal:
        return refusal.smtp_code
    except (smtplib.SMTPServerDisconnected, ConnectionError):
        return 0
    return 250


def test_fail_twice_then_accept(inbox: StartedInbox, send: Send) -> None:
    """A fault with times 2 refuses two mails, then the third is accepted."""
    inbox.add_fault("data", code=451, times=2)
    assert [code_of(send) for _ in range(3)] == [451, 451, 250]
    assert len(inbox.messages()) == 1


@pytest.mark.parametrize(
    ("stage", "code"),
    [("connect", 421), ("mail", 451), ("rcpt", 550), ("data", 554)],
)
def test_every_stage_can_refuse(inbox: StartedInbox, send: Send, stage: Any, code: int) -> None:
    """A reply fault answers its code at its stage, and nothing is stored."""
    inbox.add_fault(stage, code=code)
    assert code_of(send) == code
    assert inbox.messages() == []
    assert code_of(send) == 250


@pytest.mark.parametrize("stage", ["connect", "helo", "mail", "rcpt", "data"])
def test_every_stage_can_drop(inbox: StartedInbox, send: Send, stage: Any) -> None:
    """A drop fault closes the connection at its stage, and nothing is stored."""
    inbox.add_fault(stage, "drop")
    assert code_of(send) == 0
    assert inbox.messages() == []


def test_the_greeting_can_be_refused(inbox: StartedInbox, smtp: smtplib.SMTP) -> None:
    """A fault at helo answers EHLO as scripted; the next HELO is met no more."""
    inbox.add_fault("helo", code=451)
    assert [smtp.ehlo()[0], smtp.helo()[0]] == [451, 250]


def test_auth_can_be_refused(inbox: StartedInbox, smtp: smtplib.SMTP) -> None:
    """A fault at auth refuses right credentials once."""
    inbox.add_fault("auth")
    smtp.ehlo()
    codes = [smtp.docmd("AUTH", "PLAIN AGFuYQBzZWNyZXQ=")[0] for _ in range(2)]
    assert codes == [535, 235]


def test_after_store_loses_the_250(inbox: StartedInbox, send: Send) -> None:
    """A drop after-store keeps the mail although the client never hears of it."""
    inbox.add_fault("after-store", "drop")
    assert code_of(send, subject="Kept") == 0
    assert [mail["Subject"] for mail in inbox.messages()] == ["Kept"]


def test_a_delay_comes_before_the_answer(inbox: StartedInbox, send: Send) -> None:
    """A delay answers as usual, but not before its time."""
    inbox.add_fault("mail", "delay", seconds=0.3)
    began = time.monotonic()
    send()
    assert time.monotonic() - began >= 0.3


def test_throttle_sends_byte_by_byte(inbox: StartedInbox) -> None:
    """A throttled reply leaves one byte at a time, so no single read waits long."""
    inbox.add_fault("helo", "throttle", seconds=0.02)
    with socket.create_connection(("127.0.0.1", inbox.smtp_port), timeout=10) as line:
        line.recv(1000)
        line.sendall(b"HELO me\r\n")
        assert line.recv(1000) == b"2"


def test_a_fault_meets_only_its_own(inbox: StartedInbox, send: Send) -> None:
    """Scoped faults leave other recipients, senders and subjects alone."""
    inbox.add_fault("rcpt", times=0, match={"to": "ana@example.com"})
    inbox.add_fault("mail", times=0, match={"from": "*@bad.example"})
    inbox.add_fault("data", times=0, match={"subject": "ORDER"})
    assert code_of(send, to="diana@example.com") == 250
    assert code_of(send, to="Ana@Example.com") == 451
    assert code_of(send, to="b@example.com", sender="x@bad.example") == 451
    assert code_of(send, to="b@example.com", subject="Your order") == 451


def test_faults_meet_in_order(inbox: StartedInbox, send: Send) -> None:
    """Faults of one stage are met one after the other, in the order they were added."""
    codes = [450, 452, 550, 451, 554]
    for code in codes:
        inbox.add_fault("data", code=code)
    assert [code_of(send) for _ in range(6)] == [*codes, 250]
    assert [fault.remaining for fault in inbox.faults()] == [0] * 5


def codes_of_mail(inbox: StartedInbox, times: int) -> list[int]:
    """The codes that MAIL is answered with, one after the other on one connection."""
    with smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=30) as connection:
        connection.ehlo()
        return [connection.mail("a@example.com")[0] for _ in range(times)]


def test_a_thousand_faults_under_parallel_clients(inbox: StartedInbox) -> None:
    """Twenty clients meet 1000 faults exactly once each, and every counter is right."""
    scripted = [500 + number % 100 for number in range(1000)]
    for code in scripted:
        inbox.add_fault("mail", code=code)
    with ThreadPoolExecutor(20) as clients:
        met = list(clients.map(lambda _: codes_of_mail(inbox, 50), range(20)))
    assert sorted(code for codes in met for code in codes) == sorted(scripted)
    assert all((fault.hits, fault.remaining) == (1, 0) for fault in inbox.faults())


def test_a_thousand_faults_in_order(inbox: StartedInbox) -> None:
    """One client meets 1000 faults in exactly the order they were scripted."""
    scripted = [500 + number * 7 % 100 for number in range(1000)]
    for code in scripted:
        inbox.add_fault("mail", code=code)
    assert codes_of_mail(inbox, 1000) == scripted


def test_a_removed_fault_is_met_no_more(inbox: StartedInbox, send: Send) -> None:
    """Removing a fault by id ends it; removing it again is 404."""
    fault = inbox.add_fault("data", times=0)
    inbox.remove_fault(fault.id)
    assert code_of(send) == 250
    with pytest.raises(InboxError, match="404"):
        inbox.remove_fault(fault.id)


@pytest.mark.parametrize(
    ("field", "script"),
    [
        ("stage", {"action": "drop"}),
        ("stage", {"stage": "later", "action": "drop"}),
        ("action", {"stage": "data", "action": "explode"}),
        ("action", {"stage": "after-store", "action": "reply"}),
        ("code", {"stage": "data", "action": "reply", "code": 250}),
        ("code", {"stage": "data", "action": "drop", "code": 451}),
        ("seconds", {"stage": "data", "action": "delay"}),
        ("seconds", {"stage": "data", "action": "delay", "seconds": -1}),
        ("times", {"stage": "data", "action": "drop", "times": 1.5}),
        ("match", {"stage": "data", "action": "drop", "match": "ana"}),
        ("match.to", {"stage": "mail", "action": "drop", "match": {"to": "ana"}}),
        ("match.cc", {"stage": "data", "action": "drop", "match": {"cc": "ana"}}),
        ("color", {"stage": "data", "action": "drop", "color": "red"}),
    ],
)
def test_bad_input_names_its_field(inbox: StartedInbox, field: str, script: Any) -> None:
    """A script that cannot work is answered 400 with the field that is wrong; nothing is added."""
    with pytest.raises(InboxError) as refusal:
        inbox.json("POST", "/api/v2/faults", script)
    assert refusal.value.status == 400
    assert f'"field":"{field}"' in str(refusal.value)
    assert inbox.faults() == []


def slow_mail(inbox: StartedInbox, size: int, subject: str = "Slow") -> float:
    """The seconds it takes to hand over a mail of so many bytes, from its first to the 250."""
    body = b"Subject: " + subject.encode() + b"\r\n\r\n" + b"x" * (size - len(subject) - 15)
    with smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=30) as connection:
        connection.ehlo()
        connection.mail("shop@example.com")
        connection.rcpt("ana@example.com")
        began = time.monotonic()
        assert connection.data(body)[0] == 250
        return time.monotonic() - began


def test_throttle_slows_the_reading_of_a_mail(inbox: StartedInbox) -> None:
    """At `data` each byte takes its seconds: the 250 comes no sooner. It is met once."""
    fault = inbox.add_fault("data", "throttle", seconds=0.0005)
    assert slow_mail(inbox, 1000) >= 0.5
    slow_mail(inbox, 1000)
    assert inbox.faults()[0].hits == 1
    assert [mail["Size"] for mail in inbox.messages()] == [1000, 1000]
    lines = inbox.transcript(inbox.messages()[1]["ID"])["lines"]
    assert {f"fault {fault.id}"} == {
        line["injected"] for line in lines if "2000 bytes a second" in line["text"]
    }


def test_a_throttled_client_cannot_send(inbox: StartedInbox) -> None:
    """A client with much to send finds that it cannot: the inbox takes it no faster than that."""
    inbox.add_fault("data", "throttle", seconds=0.001)
    with socket.create_connection(("127.0.0.1", inbox.smtp_port), timeout=10) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 * 1024)
        line.sendall(b"EHLO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n")
        line.sendall(b"Subject: much\r\n\r\n")
        wait_until(lambda: inbox.faults()[0].hits)
        line.settimeout(1)
        with pytest.raises(TimeoutError):
            line.sendall(b"x" * 10_000_000)


def test_a_throttle_may_look_at_the_subject(inbox: StartedInbox) -> None:
    """A scoped throttle slows the mails it is meant for and no others."""
    inbox.add_fault("data", "throttle", seconds=0.002, times=0, match={"subject": "order"})
    slow_mail(inbox, 300, "Hello")
    assert inbox.faults()[0].hits == 0
    assert slow_mail(inbox, 300, "Your order") >= 0.6


def test_throttle_and_another_fault_befall_one_mail(inbox: StartedInbox, send: Send) -> None:
    """A throttle is met while the mail is read, a delay or refusal once it is there: both count."""
    inbox.add_fault("data", "delay", seconds=0.4)
    inbox.add_fault("data", "throttle", seconds=0.001)
    assert slow_mail(inbox, 400) >= 0.8
    inbox.add_fault("data", code=452)
    inbox.add_fault("data", "throttle", seconds=0.001)
    assert code_of(send) == 452
    assert [fault.remaining for fault in inbox.faults()] == [0] * 4


def test_a_throttle_outlasts_the_idle_time() -> None:
    """A mail that is read slowly is not silence: the idle time does not cut it."""
    with running_inbox("--idle-seconds", "1") as impatient:
        impatient.add_fault("data", "throttle", seconds=0.003)
        impatient.add_fault("data", "delay", seconds=1.2)
        assert slow_mail(impatient, 500) >= 2.7
