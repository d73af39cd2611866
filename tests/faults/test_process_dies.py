"""A program of the service is killed or told to stop: rows 1, 2, 39 and 40 of the catalogue."""

import random
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from uuid import UUID, uuid4

import httpx
import pytest

from mock_smtp.client import wait_until
from tests.engines.kit import Kit, StartKit, notify, settled
from tests.faults.conftest import StartStand, Within
from tests.faults.load import Load, fresh, mail
from tests.faults.stand import Stand

CONNECTIONS, KILLS, MAILS = 4, 5, 300
POISON = "poison@mail.example"
IN_FLIGHT = 2


@pytest.fixture(scope="module")
def kit(start_kit: StartKit) -> Kit:
    """A kit with four SMTP connections, which starts again whoever was killed."""
    return start_kit(EMAIL_CONNECTIONS=str(CONNECTIONS))


def test_row_1_the_sender_is_killed_amid_mails(kit: Kit) -> None:
    """Five kills amid 300 mails: none lost, at most one duplicate per open connection and kill."""
    moments = random.Random("dispatcher")
    ids = [uuid4() for _ in range(MAILS)]
    with ThreadPoolExecutor(4) as threads:
        for batch in range(KILLS):
            mine = ids[batch::KILLS]
            posting = [threads.submit(_post, kit, mine[share::4]) for share in range(4)]
            _kill_when(kit, caught=batch * len(mine) + moments.randint(1, len(mine) // 2))
            for share in posting:
                share.result()
    # A mail whose sender died after the hand-over leaves once more: count when all are settled.
    with kit.client() as client:
        wait_until(lambda: settled(client), timeout=90)
    assert set(kit.copies()) == {str(message_id) for message_id in ids}
    assert kit.copies().total() - MAILS <= CONNECTIONS * KILLS


def test_row_2_web_is_killed_between_commit_and_nudge(
    start_stand: StartStand, within: Within
) -> None:
    """The row is swept within 5 s although no wake-up was sent, and the caller's repeat replays."""
    stand = start_stand(celery=True)
    Load(stand).post(fresh(1))
    wait_until(lambda: not stand.unsettled(), timeout=60)
    [message_id] = fresh(1)
    stand.gates["web_redis"].silence()  # The nudge waits for its answer, up to a second.
    with stand.client() as client, ThreadPoolExecutor(1) as thread:
        posting = thread.submit(client.post, "/api/notify/", json=mail(message_id))
        wait_until(lambda: message_id in stand.rows(), pause=0.01)
        stand.kill("web")
        died = monotonic()
        assert isinstance(posting.exception(), httpx.TransportError)
    wait_until(lambda: stand.copies()[message_id], timeout=60)
    assert monotonic() - died <= within(5)
    stand.gates["web_redis"].open()
    stand.start("web")
    with stand.client() as client:
        repeated = client.post("/api/notify/", json=mail(message_id))
    assert (repeated.status_code, repeated.headers["Idempotent-Replayed"]) == (202, "true")
    wait_until(lambda: not stand.unsettled(), timeout=60)
    assert stand.copies()[message_id] == 1


def test_row_39_a_mail_that_kills_its_sender(start_stand: StartStand) -> None:
    """It ends `failed` after its budget, retaken alone: its neighbours are sent, hardly twice."""
    stand = start_stand(celery=False, EMAIL_MAX_RETRIES="1", EMAIL_CONNECTIONS="2")
    stand.inbox.add_fault("data", "delay", seconds=60, times=0, match={"to": POISON})
    [poison], neighbours = fresh(1), fresh(20)
    with stand.client() as client:
        assert client.post("/api/notify/", json=mail(poison, POISON)).status_code == 202
    Load(stand).post(neighbours)
    for number in (1, 2):
        wait_until(lambda n=number: _on_its_way(stand, poison, n), timeout=60)
        if number == 2:
            assert [row.status for row in stand.rows().values()].count("sending") == 1
        stand.kill("sender")
        stand.start("sender")
    wait_until(lambda: not stand.unsettled(), timeout=60)
    assert stand.rows()[poison].status == "failed"
    assert stand.rows()[poison].last_error.startswith("the sender died")
    copies = stand.copies()
    assert set(copies) == set(neighbours)
    assert copies.total() - len(neighbours) <= 1


@pytest.mark.parametrize("program", ["dispatcher", "worker"])
def test_row_40_a_deployment_with_mails_in_flight(
    start_stand: StartStand, within: Within, program: str
) -> None:
    """SIGTERM: nothing more is claimed, what is in flight is finished, the rest is free at once."""
    stand = start_stand(celery=program == "worker", EMAIL_CONNECTIONS=str(IN_FLIGHT))
    stand.inbox.add_fault("data", "delay", seconds=1, times=0)
    ids = fresh(100)
    Load(stand).post(ids)
    wait_until(lambda: stand.copies(), timeout=60)
    assert stand.parts[program].terminate(seconds=within(30)) == 0
    states = [row.status for row in stand.rows().values()]
    assert set(states) == {"sent", "queued"}
    assert states.count("sent") == stand.copies().total()
    held = "SELECT message_id FROM notifications_notificationlog WHERE lease_until > now()"
    assert stand.ask(held) == []
    stand.inbox.clear_faults()
    stand.start("sender")
    wait_until(lambda: not stand.unsettled(), timeout=120)
    assert stand.copies() == dict.fromkeys(ids, 1)


def _post(kit: Kit, ids: list[UUID]) -> None:
    """Post these mails one after another."""
    with kit.client() as client:
        for message_id in ids:
            notify(client, message_id)


def _kill_when(kit: Kit, *, caught: int) -> None:
    """Kill the dispatcher with -9 once so many mails are caught, and wait until it is back."""
    wait_until(lambda: len(kit.copies()) >= caught, timeout=90)
    running = kit.part("manage.py deliver")
    assert running is not None
    running.kill()
    wait_until(lambda: kit.part("manage.py deliver") not in (None, running), timeout=60)


def _on_its_way(stand: Stand, message_id: str, attempt: int) -> bool:
    """Whether a connection has taken the mail for this attempt."""
    row = stand.rows()[message_id]
    return (row.status, row.attempts) == ("sending", attempt)
