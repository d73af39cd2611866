"""An engine that is woken now and then: what it keeps between two wake-ups, and what not."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.conf import settings as django_settings
from pytest_django.fixtures import Settings

from email_service.notifications import tasks
from email_service.notifications.delivery import Courier
from email_service.notifications.models import Worker
from mock_smtp.client import wait_until
from mock_smtp.testing import StartedInbox, running_inbox
from tests.service.delivery.conftest import Queue, outcomes, statuses

Hire = Callable[[StartedInbox], Courier]


@pytest.fixture
def hire(transactional_db: None, settings: Settings) -> Iterator[Hire]:
    """Makes the courier of a test, who sends into an inbox."""
    hired: list[Courier] = []

    def make(inbox: StartedInbox) -> Courier:
        settings.ENVIRONMENT = replace(
            django_settings.ENVIRONMENT, email_transport="smtp", email_port=inbox.smtp_port
        )
        hired.append(Courier("worker"))
        return hired[-1]

    yield make
    for courier in hired:
        courier.close()


def test_its_connection_is_kept(hire: Hire, queue: Queue, inbox: StartedInbox) -> None:
    """The second wake-up's mail leaves over the connection of the first one's."""
    courier, before = hire(inbox), inbox.stats()["connections_opened"]
    ids = []
    for _ in range(3):
        ids.append(queue())
        courier.drain()
    assert statuses(*ids) == ["sent"] * 3
    assert inbox.stats()["connections_opened"] - before == 1


def test_a_connection_that_the_server_closed_costs_no_attempt(hire: Hire, queue: Queue) -> None:
    """Servers do not wait for ever: the next mail goes over a new one, at its first attempt."""
    with running_inbox("--idle-seconds", "1") as impatient:
        courier = hire(impatient)
        queue()
        courier.drain()
        wait_until(lambda: impatient.stats()["connections_open"] == 0)
        late = queue()
        courier.drain()
        assert outcomes(late) == [(1, "sent", 250)]


def test_nothing_to_do_is_a_heartbeat(hire: Hire, inbox: StartedInbox) -> None:
    """Whoever is woken for nothing shows that it listens, and connects to nobody."""
    before = inbox.stats()["connections_opened"]
    hire(inbox).drain()
    assert Worker.objects.filter(name__startswith="worker@").exists()
    assert inbox.stats()["connections_opened"] == before


def test_a_stopped_courier_claims_nothing(hire: Hire, queue: Queue, inbox: StartedInbox) -> None:
    """What is due stays for others."""
    courier = hire(inbox)
    courier.stop()
    waiting = queue()
    courier.drain()
    assert statuses(waiting) == ["queued"]


def test_a_fault_of_ours_costs_its_courier(
    hire: Hire, inbox: StartedInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task fails; the next wake-up is another courier's."""
    hired = [hire(inbox), hire(inbox)]

    def broken() -> None:
        raise ValueError("a fault of ours")

    monkeypatch.setattr(hired[0], "drain", broken)
    monkeypatch.setattr(tasks, "Courier", lambda _role: hired.pop(0))
    with pytest.raises(ValueError, match="a fault of ours"):
        tasks.deliver.run()
    tasks.deliver.run()
    assert hired == []
    tasks.dismiss()
