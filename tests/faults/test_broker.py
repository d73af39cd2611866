"""Redis is flushed, away, hung or back: rows 3 to 6. The rows are the queue, not Redis."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from statistics import median
from time import monotonic

import httpx
import pytest
import redis

from mock_smtp.client import wait_until
from tests.faults.cell import strike
from tests.faults.conftest import StartStand, Within
from tests.faults.load import Load, fresh, mail
from tests.faults.stand import Stand


@pytest.fixture(scope="module")
def shared(start_stand: StartStand) -> Stand:
    """A service whose workers are woken through Redis."""
    return start_stand(celery=True)


def test_row_3_flushall_with_a_backlog(stand: Stand, within: Within) -> None:
    """Every wake-up of a backlog is lost: the sweep wakes the worker, all is sent once."""
    stand.parts["worker"].kill()
    ids = fresh(20)
    Load(stand).post(ids)
    with redis.Redis(port=stand.gates["web_redis"].engine_port()) as queues:
        assert queues.llen("emails") >= len(ids)
    strike(stand, "redis", "flush")
    stand.parts["worker"].start()
    wait_until(lambda: stand.copies() == dict.fromkeys(ids, 1), timeout=within(40))


def test_row_4_redis_away_on_accept(stand: Stand, within: Within) -> None:
    """202 within 1.2 s at worst, the failure is logged, and the mail leaves all the same."""
    stand.gates["web_redis"].refuse()
    ids = fresh(20)
    assert max(_answer_times(stand, ids)) <= within(1.2)
    assert "dispatch_failed" in stand.logs("web")
    wait_until(lambda: set(stand.copies()) == set(ids), timeout=within(40))


def test_row_5_redis_hangs(stand: Stand, within: Within) -> None:
    """The slowest 202 takes at most 1.5 s, half of them what they always took; health shows it."""
    usual = median(_answer_times(stand, fresh(100)))
    wait_until(lambda: not stand.unsettled(), timeout=60)
    stand.freeze("redis")
    ids = fresh(200)
    times = _answer_times(stand, ids)
    assert max(times) <= within(1.5)
    assert median(times) <= within(2 * usual + 0.05)
    with stand.client() as client:
        wait_until(lambda: client.get("/healthz").status_code == 503)
        checks = client.get("/healthz").json()["checks"]
        assert (checks["redis"]["status"], checks["database"]["status"]) == ("fail", "pass")
        assert client.get("/readyz").status_code == 200
    stand.thaw("redis")
    wait_until(lambda: set(ids) <= set(stand.copies()), timeout=within(60))


def test_redis_hangs_while_wake_ups_are_taken(stand: Stand, within: Within) -> None:
    """A worker that could not acknowledge them goes on: it is not deaf once Redis is back."""
    unheard = _unheard(stand)
    for _ in range(5):
        ids = fresh(80)
        with Load(stand).posting(ids):
            wait_until(lambda ids=ids: set(ids) & set(stand.copies()), timeout=within(30))
            stand.freeze("redis")
            # It need not happen in each round; a worker of two threads went deaf after two.
            with suppress(TimeoutError):
                wait_until(lambda: _unheard(stand) >= unheard + 2, timeout=2.5)
            stand.thaw("redis")
    wait_until(lambda: set(ids) <= set(stand.copies()), timeout=within(30))


def _unheard(stand: Stand) -> int:
    """How many wake-ups the worker could not acknowledge so far."""
    return stand.logs("worker").count("Couldn't ack")


def test_row_6_redis_comes_back(stand: Stand, within: Within) -> None:
    """A worker that lost Redis listens again: what is accepted next leaves, nothing piles up."""
    stand.kill("redis")
    Load(stand).post(early := fresh(5))
    stand.start("redis")
    Load(stand).post(late := fresh(5))
    wait_until(lambda: set(stand.copies()) == {*early, *late}, timeout=within(30))
    with redis.Redis(port=stand.gates["web_redis"].engine_port()) as queues:
        wait_until(lambda: queues.llen("emails") == 0, timeout=within(30))


def _answer_times(stand: Stand, ids: list[str]) -> list[float]:
    """Seconds that each post took, eight callers at once; every answer is a 202."""
    with stand.client() as client, ThreadPoolExecutor(8) as threads:
        return list(threads.map(lambda message_id: _answer_time(client, message_id), ids))


def _answer_time(client: httpx.Client, message_id: str) -> float:
    began = monotonic()
    assert client.post("/api/notify/", json=mail(message_id)).status_code == 202
    return monotonic() - began
