"""From an accepted row to a mail in a real inbox: attempts, retries, replay."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import connection

from email_service.notifications.delivery import Engine
from email_service.notifications.models import NotificationLog, Outcome
from email_service.transports import Connection, Delivery, Envelope, Transport
from email_service.transports.base import Guard
from email_service.transports.smtp import SMTPTransport
from mock_smtp.client import wait_until
from mock_smtp.testing import StartedInbox
from tests.service.delivery.conftest import QUICK, Deliver, Queue, outcomes, row, statuses

ANA, BETO = "ana@mail.example", "beto@mail.example"


def test_one_mail_one_attempt(queue: Queue, deliver: Deliver, inbox: StartedInbox) -> None:
    """A mail arrives once, under its UUID as Message-ID, and is sent after one attempt."""
    message_id = queue(ANA)
    deliver()
    [mail] = inbox.messages()
    assert mail["MessageID"] == f"{message_id}@email-service.example"
    assert (row(message_id).status, outcomes(message_id)) == ("sent", [(1, "sent", 250)])


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_twice_later_then_accepted(
    queue: Queue, deliver: Deliver, inbox: StartedInbox, stage: str
) -> None:
    """451, 451, 250: one mail and three attempts, at whichever stage it is refused."""
    inbox.add_fault(stage, code=451, times=2)
    message_id = queue(ANA)
    deliver()
    assert len(inbox.messages()) == 1
    assert outcomes(message_id) == [(1, "transient", 451), (2, "transient", 451), (3, "sent", 250)]


def test_always_later(queue: Queue, deliver: Deliver, inbox: StartedInbox) -> None:
    """Always 451: exactly four attempts, then failed, with its reason."""
    inbox.add_fault("rcpt", code=451, times=0)
    message_id = queue(ANA)
    deliver()
    assert [number for number, _, _ in outcomes(message_id)] == [1, 2, 3, 4]
    assert (row(message_id).status, row(message_id).last_error[:3]) == ("failed", "451")


def test_refused_for_good(queue: Queue, deliver: Deliver, inbox: StartedInbox) -> None:
    """550: one attempt, failed."""
    inbox.add_fault("rcpt", code=550, times=0)
    message_id = queue(ANA)
    deliver()
    assert (row(message_id).status, outcomes(message_id)) == ("failed", [(1, "permanent", 550)])


def test_replay_of_a_failed_mail(queue: Queue, deliver: Deliver, inbox: StartedInbox) -> None:
    """A failed mail that is replayed goes out, its attempts numbered on."""
    inbox.add_fault("rcpt", code=550, times=1)
    message_id = queue(ANA)
    deliver()
    assert NotificationLog.objects.filter(message_id=message_id).replay(retries=3) == 1
    deliver()
    assert outcomes(message_id) == [(1, "permanent", 550), (2, "sent", 250)]


def test_only_failed_mails_are_replayed(queue: Queue, deliver: Deliver) -> None:
    """A sent mail is not sent again by a replay."""
    message_id = queue(ANA)
    deliver()
    assert NotificationLog.objects.filter(message_id=message_id).replay(retries=3) == 0


def test_a_dropped_line_before_the_dot_is_safe(
    queue: Queue, deliver: Deliver, inbox: StartedInbox
) -> None:
    """Dropped at DATA: nothing arrived, so the retry makes no duplicate."""
    inbox.add_fault("data", "drop", times=1)
    message_id = queue(ANA)
    deliver()
    assert (len(inbox.messages()), len(outcomes(message_id))) == (1, 2)


def test_retries_wait_for_their_time(queue: Queue, deliver: Deliver, inbox: StartedInbox) -> None:
    """Between attempts lies at least the delay, by the database's clock."""
    inbox.add_fault("mail", code=451, times=2)
    message_id = queue(ANA)
    deliver(delay=0.4)
    times = list(row(message_id).attempts.values_list("at", flat=True))
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert all(gap >= timedelta(seconds=0.4) for gap in gaps)


def test_connections_are_reused(queue: Queue, deliver: Deliver, inbox: StartedInbox) -> None:
    """Sixty mails need no more than the two connections that are allowed."""
    before = inbox.stats()["connections_opened"]
    for _ in range(60):
        queue(ANA)
    deliver()
    assert len(inbox.messages()) == 60
    assert inbox.stats()["connections_opened"] - before <= 2


class Stumbling(Transport, Connection):
    """Sends through another transport, and raises at one message."""

    name = "smtp"

    def __init__(self, real: Transport, bad: UUID) -> None:
        self._real, self._bad = real, bad

    async def connect(self) -> Connection:
        """This very object, over a real connection."""
        self._connection = await self._real.connect()
        return self

    async def send(self, envelope: Envelope, content: bytes, guard: Guard = print) -> Delivery:
        """Stumble or send."""
        if envelope.message_id == self._bad:
            raise RuntimeError("a bug, and a NUL: \0")
        return await self._connection.send(envelope, content, guard)

    async def close(self) -> None:
        """Close the real one."""
        await self._connection.close()


def test_one_bad_mail_stops_nobody(queue: Queue, deliver: Deliver, smtp: SMTPTransport) -> None:
    """A mail that our own code stumbles over fails by its budget; its neighbours leave."""
    bad, good = queue(ANA), queue(BETO)
    deliver(transport=Stumbling(smtp, bad), connections=1)
    assert (row(bad).status, row(good).status) == ("failed", "sent")


def test_every_attempt_is_closed(queue: Queue, deliver: Deliver) -> None:
    """When all is sent no attempt is left open and no lease is held."""
    for _ in range(20):
        queue(ANA)
    deliver()
    rows = NotificationLog.objects.filter(lease_token=None, status="sent")
    assert rows.count() == 20
    assert not rows.filter(attempts__outcome=Outcome.TAKEN).exists()


def test_a_slow_mail_holds_nobody_up(
    queue: Queue, inbox: StartedInbox, patient: SMTPTransport
) -> None:
    """Mails that become due while the only lane is stuck leave by another lane."""
    inbox.add_fault("data", "delay", seconds=3, times=1)
    slow = queue(ANA)

    async def send_all() -> None:
        running = asyncio.create_task(Engine(patient, QUICK, name="tests").run(until_idle=True))
        await asyncio.to_thread(wait_until, lambda: statuses(slow) == ["sending"])
        others = await asyncio.to_thread(_queued, queue, 5)
        await asyncio.to_thread(wait_until, lambda: statuses(*others) == ["sent"] * 5)
        assert await asyncio.to_thread(statuses, slow) == ["sending"]
        await running

    asyncio.run(send_all())
    assert len(inbox.messages()) == 6


def _queued(queue: Queue, count: int) -> list[UUID]:
    """So many mails, accepted in a thread of the test's own."""
    ids = [queue(BETO) for _ in range(count)]
    connection.close()
    return ids
