"""While one mail is sent the next one is announced: sooner on its way, and nobody's prisoner."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.db import connection

from email_service.notifications.delivery import Engine, Policy
from email_service.notifications.delivery.clerk import Clerk
from email_service.notifications.delivery.pool import Pool
from email_service.notifications.models import NotificationLog
from email_service.transports import Envelope, Transport
from email_service.transports.smtp import Server, SMTPTransport
from mock_smtp.client import wait_until
from mock_smtp.testing import StartedInbox
from tests.service.delivery.conftest import QUICK, Deliver, Queue, outcomes, statuses
from tests.service.transports.scripted import scripted

ALONE = replace(QUICK, connections=1)


def test_many_mails_over_one_connection(
    queue: Queue, deliver: Deliver, inbox: StartedInbox
) -> None:
    """Each leaves once, in the order in which it was accepted, after one attempt."""
    ids = [queue() for _ in range(12)]
    deliver(connections=1)
    caught = [mail["MessageID"].partition("@")[0] for mail in reversed(inbox.messages())]
    assert caught == [str(message_id) for message_id in ids]
    assert [outcomes(message_id) for message_id in ids] == [[(1, "sent", 250)]] * 12


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_refusals_in_between(
    queue: Queue, deliver: Deliver, inbox: StartedInbox, stage: str
) -> None:
    """A refused mail among announced ones costs itself an attempt and the others nothing."""
    inbox.add_fault(stage, code=451, times=3)
    ids = [queue() for _ in range(8)]
    deliver(connections=1)
    assert len(inbox.messages()) == 8
    attempts = [len(outcomes(message_id)) for message_id in ids]
    assert sum(attempts) == 8 + 3


@pytest.mark.parametrize("code", [451, 550])
@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.parametrize("refused", [0, 1, 2])
def test_a_refusal_sends_no_mail_to_somebody_elses_recipient(
    queue: Queue, deliver: Deliver, inbox: StartedInbox, stage: str, code: int, refused: int
) -> None:
    """Whichever mail is refused, every other one reaches who it is for, and nobody else."""
    people = [f"number-{number}@mail.example" for number in range(5)]
    inbox.add_fault(stage, code=code, times=1, match={"to": people[refused]})
    for who in people:
        queue(who)
    deliver(connections=1)
    for_whom = [mail["To"][0]["Address"] for mail in inbox.messages()]
    assert sorted(for_whom) == [who for who in people if code == 451 or who != people[refused]]
    # Who the server was told to give it to, and is not in its headers, would be a blind copy.
    assert [mail["Bcc"] for mail in inbox.messages()] == [[]] * len(for_whom)


@pytest.mark.parametrize("dropped", ["mail", "data"])
def test_a_line_that_breaks(
    queue: Queue, deliver: Deliver, inbox: StartedInbox, dropped: str
) -> None:
    """The mail that was only announced over it is not attempted there."""
    inbox.add_fault(dropped, "drop", times=1)
    ids = [queue() for _ in range(6)]
    deliver(connections=1)
    assert sorted(len(outcomes(message_id)) for message_id in ids) == [1] * 5 + [2]


def test_an_announced_mail_does_not_wait_for_a_slow_one(
    queue: Queue, inbox: StartedInbox, patient: SMTPTransport
) -> None:
    """After a second another connection may have it."""
    inbox.add_fault("data", "delay", seconds=6, times=1)
    ids = [queue() for _ in range(8)]
    all_but_one = ["sending"] + ["sent"] * 7
    send_all(patient, QUICK, lambda: wait_until(lambda: sorted(statuses(*ids)) == all_but_one))
    assert len(inbox.messages()) == 8


def test_an_announced_mail_that_is_somebody_elses_now(
    queue: Queue, inbox: StartedInbox, patient: SMTPTransport
) -> None:
    """It does not leave, though the server waits for it, and the rest leaves all the same."""
    inbox.add_fault("data", "delay", seconds=0.5, times=1)
    ids = [queue() for _ in range(6)]

    def lose_the_second() -> None:
        wait_until(lambda: statuses(ids[0]) == ["sending"])
        _hand_over(ids[1])

    send_all(patient, ALONE, lose_the_second)
    assert statuses(*ids) == ["sent", "queued", *["sent"] * 4]
    assert len(inbox.messages()) == 5


def test_a_connection_that_is_given_back_in_between(transactional_db: None) -> None:
    """The server waits for the announced mail: whoever comes next gets another connection."""

    async def lend_twice() -> bool:
        async with scripted({"EHLO": "250-hello\r\n250 PIPELINING"}) as server:
            clerk = Clerk()
            transport = SMTPTransport(Server(host="127.0.0.1", port=server.port))
            pool = Pool(transport, clerk, QUICK)
            lent = await pool.get()
            lent.announce(Envelope(uuid4(), "s@mail.example", ("beto@mail.example",)))
            await lent.send(Envelope(uuid4(), "s@mail.example", ("ana@mail.example",)), b"\r\n")
            await pool.put(lent)
            again = await pool.get()
            await pool.put(again)
            await pool.tidy(0)
            await clerk.close()
            return again is lent

    assert asyncio.run(lend_twice()) is False


def send_all(transport: Transport, policy: Policy, meanwhile: Callable[[], object]) -> None:
    """Send until nothing is due; `meanwhile` runs in a thread of its own."""

    async def work() -> None:
        running = asyncio.create_task(Engine(transport, policy, name="tests").run(until_idle=True))
        await asyncio.to_thread(meanwhile)
        await running

    asyncio.run(work())


def _hand_over(message_id: UUID) -> None:
    """Let another sender hold this row."""
    NotificationLog.objects.filter(message_id=message_id).update(lease_token=uuid4())
    connection.close()
