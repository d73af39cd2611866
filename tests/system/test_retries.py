"""Retries at their real pace, through the real server that refuses."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from mock_smtp.client import wait_until
from tests.system.conftest import Kit, StartKit, notify, status


@pytest.fixture(scope="module")
def kit(start_kit: StartKit) -> Kit:
    """A kit with the brief's own retries: at most three, five seconds apart."""
    return start_kit()


@pytest.fixture(scope="module")
def quick_kit(start_kit: StartKit) -> Kit:
    """A kit that retries fast."""
    return start_kit(EMAIL_RETRY_DELAY="0.2")


def test_later_later_accepted(kit: Kit) -> None:
    """451, 451, 250: one mail, three attempts, at least five seconds between them."""
    kit.inbox.add_fault("rcpt", code=451, times=2)
    with kit.client() as client:
        message_id = notify(client)
        wait_until(lambda: status(client, message_id)["status"] == "sent", timeout=40)
        attempts = status(client, message_id)["attempts"]
    times = [datetime.fromisoformat(attempt["at"]) for attempt in attempts]
    assert [attempt["smtp_code"] for attempt in attempts] == [451, 451, 250]
    assert all(later - earlier >= timedelta(seconds=5) for earlier, later in pairwise(times))
    assert kit.copies()[str(message_id)] == 1


def test_always_later_then_replayed(quick_kit: Kit) -> None:
    """Always 451: exactly four attempts, then failed; replayed, it leaves."""
    fault = quick_kit.inbox.add_fault("mail", code=451, times=0)
    with quick_kit.client() as client:
        message_id = notify(client)
        wait_until(lambda: status(client, message_id)["status"] == "failed", timeout=30)
        assert len(status(client, message_id)["attempts"]) == 4
        quick_kit.inbox.remove_fault(fault.id)
        assert client.post(f"/api/messages/{message_id}/replay/").status_code == 202
        wait_until(lambda: status(client, message_id)["status"] == "sent", timeout=30)
        assert client.post(f"/api/messages/{message_id}/replay/").status_code == 409
    assert quick_kit.copies()[str(message_id)] == 1


def test_refused_for_good(quick_kit: Kit) -> None:
    """550: one attempt."""
    quick_kit.inbox.add_fault("rcpt", code=550, times=1)
    with quick_kit.client() as client:
        message_id = notify(client)
        wait_until(lambda: status(client, message_id)["status"] == "failed", timeout=30)
        assert len(status(client, message_id)["attempts"]) == 1
