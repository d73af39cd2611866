"""Whatever is killed or away: what was answered 202 is sent, and hardly ever twice."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID, uuid4

import psutil
import pytest

from mock_smtp.client import wait_until
from tests.engines.children import free_port
from tests.engines.tcp_gate import TcpGate, gate_before
from tests.system.conftest import Kit, StartKit, notify

CONNECTIONS = 4
KILLS = 5
MAILS = 300


@pytest.fixture(scope="module")
def kit(start_kit: StartKit) -> Kit:
    """A kit with four SMTP connections."""
    return start_kit(EMAIL_CONNECTIONS=str(CONNECTIONS))


@pytest.fixture(scope="module")
def gated(start_kit: StartKit) -> Iterator[tuple[Kit, TcpGate]]:
    """A kit whose way to the inbox leads through a gate."""
    smtp_port = free_port()
    with gate_before(smtp_port) as gate:
        settings = {"EMAIL_PORT": str(gate.port), "EMAIL_TIMEOUT": "3"}
        yield start_kit(smtp_port=smtp_port, **settings), gate


def test_smtp_down_while_mails_come(gated: tuple[Kit, TcpGate]) -> None:
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
    """Five kills in 300 mails: none lost, at most one duplicate per open connection and kill."""
    kit.inbox.delete_all()
    done = Event()
    ids = [uuid4() for _ in range(MAILS)]
    with ThreadPoolExecutor(6) as threads:
        killer = threads.submit(_kill_at_random, kit, part, done)
        list(threads.map(lambda share: _post(kit, share), [ids[i::4] for i in range(4)]))
        done.set()
        killed = killer.result()
    wait_until(lambda: len(kit.copies()) == MAILS, timeout=60)
    duplicates = kit.copies().total() - MAILS
    assert set(kit.copies()) == {str(message_id) for message_id in ids}
    assert duplicates <= CONNECTIONS * killed


def _post(kit: Kit, ids: list[UUID]) -> None:
    """Post these mails one after another."""
    with kit.client() as client:
        for message_id in ids:
            notify(client, message_id)


def _kill_at_random(kit: Kit, part: str, done: Event) -> int:
    """Kill the part with -9 at random moments, each time after it is back; how often."""
    moments = random.Random(4)
    killed = 0
    while killed < KILLS and not done.wait(moments.uniform(0.1, 0.6)):
        running = kit.part(part)
        if running and running.status() != psutil.STATUS_ZOMBIE:
            running.kill()
            killed += 1
            wait_until(lambda gone=running: kit.part(part) not in (None, gone), timeout=30)
    return killed
