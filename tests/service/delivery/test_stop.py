"""A stop finishes what is in flight and frees what waits."""

import asyncio
from dataclasses import replace

import pytest

from email_service.notifications.delivery import Engine, ledger
from email_service.notifications.models import NotificationLog, Worker
from email_service.transports.smtp import SMTPTransport
from mock_smtp.client import wait_until
from mock_smtp.testing import StartedInbox
from tests.service.delivery.conftest import QUICK, Queue


def test_stop_in_flight(queue: Queue, smtp: SMTPTransport, inbox: StartedInbox) -> None:
    """The mail in flight is settled, the waiting ones are released at once and not attempted."""
    inbox.add_fault("data", "delay", seconds=0.4, times=1)
    for _ in range(3):
        queue()

    async def stop_once_sending() -> None:
        engine = Engine(smtp, replace(QUICK, connections=1), name="tests")
        running = asyncio.create_task(engine.run())
        await asyncio.to_thread(wait_until, _one_is_sending)
        engine.stop()
        await running

    asyncio.run(stop_once_sending())
    rows = NotificationLog.objects.order_by("pk").values_list("status", "lease_token")
    assert list(rows) == [("sent", None), ("queued", None), ("queued", None)]


def _one_is_sending() -> bool:
    """Whether a connection has taken a mail."""
    from django.db import connection

    found = NotificationLog.objects.filter(status="sending").exists()
    connection.close()
    return found


@pytest.mark.django_db(transaction=True)
def test_a_run_that_finds_nothing_shows_that_it_lives(smtp: SMTPTransport) -> None:
    """A woken worker with nothing to do leaves its heartbeat: an idle queue is no dead one."""

    async def look_once() -> None:
        await Engine(smtp, QUICK, name="idle").run(until_idle=True)

    for _ in range(5):
        Worker.objects.all().delete()
        asyncio.run(look_once())
        assert Worker.objects.filter(pk="idle").exists()


def test_a_fault_of_ours_ends_the_run(
    queue: Queue, smtp: SMTPTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When nobody is left who writes down what lanes did, the run ends rather than wait for ever.

    Its supervisor starts another, and the lease gives the mail back.
    """

    def broken(*_: object) -> None:
        raise ValueError("a fault of ours")

    monkeypatch.setattr(ledger, "turn", broken)

    async def run() -> None:
        await Engine(smtp, QUICK, name="tests").run()

    queue()
    with pytest.raises(ExceptionGroup) as ended:
        asyncio.run(run())
    assert ended.group_contains(ValueError, match="a fault of ours")
