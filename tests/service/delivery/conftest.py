"""Mails to deliver, and engines to deliver them with, at a test's pace."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from time import monotonic
from uuid import UUID, uuid4

import pytest
from django.db import connection

from email_service.notifications.delivery import Engine, Policy
from email_service.notifications.models import Kind, NotificationLog
from email_service.notifications.outbox import Submission, accept
from email_service.transports import Transport
from email_service.transports.smtp import Server, SMTPTransport
from email_service.utils.mailer import compose
from mock_smtp.testing import StartedInbox, running_inbox

QUICK = Policy(delay=0.05, probe=0.2, connections=2, poll=0.02)

Queue = Callable[..., UUID]
Deliver = Callable[..., None]


@pytest.fixture(scope="session")
def shared_inbox() -> Iterator[StartedInbox]:
    """One real inbox for all tests of the service."""
    with running_inbox() as inbox:
        yield inbox


@pytest.fixture
def inbox(shared_inbox: StartedInbox) -> StartedInbox:
    """The real inbox, empty and without faults."""
    shared_inbox.reset()
    return shared_inbox


@pytest.fixture
def smtp(inbox: StartedInbox) -> SMTPTransport:
    """SMTP into the inbox."""
    return SMTPTransport(Server(host="127.0.0.1", port=inbox.smtp_port, timeout=2, reply_timeout=2))


@pytest.fixture
def patient(inbox: StartedInbox) -> SMTPTransport:
    """SMTP into the inbox, for which no answer is too late."""
    return SMTPTransport(Server(host="127.0.0.1", port=inbox.smtp_port, timeout=30))


@pytest.fixture
def queue(transactional_db: None) -> Queue:
    """Accepts one mail, to these recipients, and returns its UUID."""

    def queue_one(*to: str, subject: str = "Hola") -> UUID:
        message_id = uuid4()
        mail = compose(
            message_id=message_id, to=to or ["ana@mail.example"], subject=subject, body="¿Qué tal?"
        )
        submission = Submission(message_id=message_id, kind=Kind.NOTIFY, content={"to": str(to)})
        accept(submission, mail, attempts=4)
        return message_id

    return queue_one


@pytest.fixture
def deliver(smtp: SMTPTransport) -> Deliver:
    """Runs engines until no mail is queued (or `rounds` of them, for mails that will stay)."""

    def run(
        *, transport: Transport | None = None, rounds: int | None = None, **changes: object
    ) -> None:
        policy = replace(QUICK, **changes)
        deadline, done = monotonic() + 30, 0
        while NotificationLog.objects.filter(status="queued").exists() and done != rounds:
            assert monotonic() < deadline, "mails are still queued after 30 s"
            asyncio.run(_until_idle(transport or smtp, policy))
            done += 1

    return run


async def _until_idle(transport: Transport, policy: Policy) -> None:
    """One engine, until it has nothing to do now."""
    await Engine(transport, policy, name="tests").run(until_idle=True)


def row(message_id: UUID) -> NotificationLog:
    """The message's row, as it is now."""
    return NotificationLog.objects.get(message_id=message_id)


def outcomes(message_id: UUID) -> list[tuple[int, str, int | None]]:
    """Number, outcome and code of each attempt."""
    return list(row(message_id).attempts.values_list("number", "outcome", "smtp_code"))


def statuses(*ids: UUID) -> list[str]:
    """The status of each, asked from a thread of the test's own."""
    found = [row(message_id).status for message_id in ids]
    connection.close()
    return found
