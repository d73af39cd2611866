"""Whatever is killed or away: what was answered 202 is sent, and hardly ever twice."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from labs.runner.gates import Gate
from mock_smtp.client import wait_until
from tests.engines.children import free_port
from tests.engines.tcp_gate import gate_before
from tests.system.conftest import Kit, StartKit, notify

CONNECTIONS = 4
KILLS = 5
MAILS = 300


@pytest.fixture(scope="module")
def kit(start_kit: StartKit) -> Kit:
    """A kit with four SMTP connections."""
    return start_kit(EMAIL_CONNECTIONS=str(CONNECTIONS))


@pytest.fixture(scope="module")
def gated(start_kit: StartKit) -> Iterator[tuple[Kit, Gate]]:
    """A kit whose way to the inbox leads through a gate."""
    smtp_port = free_port()
    with gate_before(smtp_port) as gate:
        settings = {"EMAIL_PORT": str(gate.port), "EMAIL_TIMEOUT": "3"}
        yield start_kit(smtp_port=smtp_port, **settings), gate


def test_smtp_down_while_mails_come(gated: tuple[Kit, Gate]) -> None:
    """With the SMTP server away 200 posts are accepted; when it is back each mail arrives once."""
    kit, gate = gated
    gate.refuse()
    with kit.client() as client:
        sent = [notify(client) for _ in range(200)]
    assert kit.inbox.messages() == []
    gate.open()
    wait_until(lambda: len(kit.copies()) == len(sent), timeout=60)
    assert kit.copies() == {str(message_id): 1 for message_id in sent}


@pytest.mark.parametrize("part", ["manage.py deliver", "email_service.serve"])
def test_kill_nine(kit: Kit, part: str) -> None:
    """Five kills amid 300 mails: none lost, at most one duplicate per open connection and kill."""
    kit.inbox.delete_all()
    moments = random.Random(part)
    ids = [uuid4() for _ in range(MAILS)]
    with ThreadPoolExecutor(4) as threads:
        for batch in range(KILLS):
            mine = ids[batch::KILLS]
            posting = [threads.submit(_post, kit, mine[share::4]) for share in range(4)]
            _kill_when(kit, part, caught=batch * len(mine) + moments.randint(1, len(mine) // 2))
            for share in posting:
                share.result()
    # A mail whose sender died after the hand-over leaves once more: count when all are settled.
    wait_until(lambda: _all_settled(kit), timeout=60)
    assert set(kit.copies()) == {str(message_id) for message_id in ids}
    assert kit.copies().total() - MAILS <= CONNECTIONS * KILLS


def _post(kit: Kit, ids: list[UUID]) -> None:
    """Post these mails one after another."""
    with kit.client() as client:
        for message_id in ids:
            notify(client, message_id)


def _all_settled(kit: Kit) -> bool:
    """Whether no mail is queued or being sent."""
    with kit.client() as client:
        lines = client.get("/metrics").text.splitlines()
    open_states = {'outbox_messages{state="queued"} 0.0', 'outbox_messages{state="sending"} 0.0'}
    return open_states <= set(lines)


def _kill_when(kit: Kit, part: str, *, caught: int) -> None:
    """Kill the part with -9 once so many mails are caught, and wait until it is back."""
    wait_until(lambda: len(kit.copies()) >= caught, timeout=60)
    running = kit.part(part)
    assert running is not None
    running.kill()
    wait_until(lambda: kit.part(part) not in (None, running), timeout=60)
