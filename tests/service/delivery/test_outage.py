"""An outage is not a retry: the server's fault spends no attempt, and ends mails only by age."""

import pytest

from email_service.notifications.models import NotificationLog, Relay
from email_service.notifications.models.clock import after
from email_service.transports.smtp import Server, SMTPTransport
from mock_smtp.testing import StartedInbox
from tests.engines.children import free_port
from tests.service.delivery.conftest import Deliver, Queue, outcomes, row

ANA = "ana@mail.example"


@pytest.fixture
def nobody() -> SMTPTransport:
    """A way to a port where nobody listens."""
    return SMTPTransport(Server(host="127.0.0.1", port=free_port(), timeout=1))


def test_no_attempt_is_spent(queue: Queue, deliver: Deliver, nobody: SMTPTransport) -> None:
    """With the server away the mail stays queued and untouched, however often it is tried."""
    message_id = queue(ANA)
    deliver(transport=nobody, rounds=5)
    assert (row(message_id).status, outcomes(message_id)) == ("queued", [])


@pytest.mark.parametrize("code", [421, 554])
def test_a_bad_greeting_is_an_outage(
    queue: Queue, deliver: Deliver, inbox: StartedInbox, code: int
) -> None:
    """A refusal at connect, even a 5xx, fails no mail: it leaves when the server answers."""
    inbox.add_fault("connect", code=code, times=2)
    message_id = queue(ANA)
    deliver()
    assert outcomes(message_id) == [(1, "sent", 250)]


def test_three_in_a_row_stop_the_claiming(
    queue: Queue, deliver: Deliver, inbox: StartedInbox
) -> None:
    """After three refused connections only a probe goes out, when its time has come."""
    inbox.add_fault("connect", code=421, times=0)
    queue(ANA)
    deliver(rounds=8, probe=60)
    assert (inbox.faults()[0].hits, Relay.named("smtp").open) == (3, True)


def test_a_probe_ends_the_outage(queue: Queue, deliver: Deliver, inbox: StartedInbox) -> None:
    """When a probe gets through, the breaker closes and the mail leaves."""
    inbox.add_fault("connect", code=421, times=4)
    message_id = queue(ANA)
    deliver()
    assert (row(message_id).status, Relay.named("smtp").outages) == ("sent", 0)


def test_one_probe_for_all_hosts(queue: Queue, nobody: SMTPTransport) -> None:
    """Of several who would probe at once, one wins."""
    Relay.refused("smtp", "down", probe_after=0)
    assert [Relay.win_probe("smtp", every=60) for _ in range(3)] == [True, False, False]


def test_a_mail_fails_by_age(queue: Queue, deliver: Deliver, nobody: SMTPTransport) -> None:
    """A mail whose own first outage is too long ago ends at the next refused connection."""
    message_id = queue(ANA)
    NotificationLog.objects.update(outage_since=after(-3601))
    deliver(transport=nobody)
    found = row(message_id)
    assert (found.status, found.last_error.split(":")[0]) == ("failed", "outage")


def test_age_counts_from_the_mails_own_outage(
    queue: Queue, deliver: Deliver, nobody: SMTPTransport
) -> None:
    """A laptop closed overnight fails nothing: a mail that met no outage starts counting now."""
    message_id = queue(ANA)
    NotificationLog.objects.update(created_at=after(-86_400), next_attempt_at=after(-86_400))
    deliver(transport=nobody, rounds=2)
    assert row(message_id).status == "queued"
    assert row(message_id).outage_since is not None


def test_age_alone_fails_nothing(queue: Queue, deliver: Deliver) -> None:
    """A mail that is overdue but finds the server answering is sent."""
    message_id = queue(ANA)
    NotificationLog.objects.update(outage_since=after(-86_400))
    deliver()
    assert row(message_id).status == "sent"


def test_a_replay_forgets_the_outage(queue: Queue, deliver: Deliver, nobody: SMTPTransport) -> None:
    """A mail that failed by age and is replayed counts from its next outage."""
    message_id = queue(ANA)
    NotificationLog.objects.update(outage_since=after(-3601))
    deliver(transport=nobody)
    NotificationLog.objects.filter(message_id=message_id).replay(retries=3)
    assert row(message_id).outage_since is None
    deliver()
    assert row(message_id).status == "sent"


def test_a_limit_on_connections_is_no_outage(
    queue: Queue, deliver: Deliver, inbox: StartedInbox
) -> None:
    """A second connection refused while the first one works counts for nothing."""
    for _ in range(20):
        queue(ANA)
    opened = inbox.stats()["connections_opened"]
    inbox.add_fault("connect", "delay", seconds=0.01, times=1)
    inbox.add_fault("connect", code=421, times=0)
    deliver()
    assert len(inbox.messages()) == 20
    assert Relay.named("smtp").outages == 0
    assert inbox.stats()["connections_opened"] > opened
