"""PostgreSQL is restarted or falls silent: rows 7 and 8, and the promise about a silent one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

import httpx
import pytest

from mock_smtp.client import wait_until
from tests.faults.conftest import StartStand, Within
from tests.faults.load import Load, fresh, mail
from tests.faults.stand import Stand

CALLERS, CROWD = 4, 16


@pytest.fixture(scope="module")
def shared(start_stand: StartStand) -> Stand:
    """A service on a PostgreSQL that may be killed."""
    return start_stand(celery=False)


def test_row_7_a_restart_while_accepting(stand: Stand) -> None:
    """In-flight requests get 503 + Retry-After, the next ones 202; what got 202 is sent."""
    over, answers = Event(), dict[str, httpx.Response]()

    def post_on() -> None:
        with stand.client() as client:
            while not over.is_set():
                [message_id] = fresh(1)
                answers[message_id] = client.post("/api/notify/", json=mail(message_id))

    with ThreadPoolExecutor(CALLERS) as threads:
        calling = [threads.submit(post_on) for _ in range(CALLERS)]
        wait_until(lambda: len(answers) >= CALLERS)
        stand.kill("postgres")
        wait_until(lambda: _refusals(answers), timeout=30)
        stand.start("postgres")
        with stand.client() as client:
            after = [client.post("/api/notify/", json=mail(one)) for one in fresh(CROWD)]
        over.set()
        for call in calling:
            call.result()
    assert {answer.status_code for answer in after} == {202}
    assert {answer.status_code for answer in answers.values()} == {202, 503}
    for refusal in _refusals(answers):
        assert refusal.headers["Content-Type"] == "application/problem+json"
        assert int(refusal.headers["Retry-After"]) >= 1
    wait_until(lambda: not stand.unsettled(), timeout=60)
    kept = {message_id for message_id, answer in answers.items() if answer.status_code == 202}
    assert kept <= set(stand.copies())


def test_row_8_a_restart_between_250_and_settle(stand: Stand) -> None:
    """The settlement is repeated until PostgreSQL is back: sent once, after one attempt."""
    stand.inbox.add_fault("after-store", "delay", seconds=2, times=1)
    [message_id] = fresh(1)
    Load(stand).post([message_id])
    wait_until(lambda: stand.copies()[message_id])
    stand.kill("postgres")
    wait_until(lambda: "database_unavailable" in stand.logs("dispatcher"), timeout=30)
    stand.start("postgres")
    wait_until(lambda: stand.rows()[message_id].status == "sent", timeout=30)
    assert stand.rows()[message_id].attempts == stand.copies()[message_id] == 1


def test_a_silent_database_is_answered_for(stand: Stand, within: Within) -> None:
    """A crowd gets its 503 within 4 s each; /healthz answers within 2 s all the while."""
    Load(stand).post(fresh(CROWD))
    stand.freeze("postgres")
    with ThreadPoolExecutor(CROWD) as threads:
        calls = [threads.submit(_timed_post, stand) for _ in range(CROWD)]
        checks = [_timed_health(stand)]
        while not all(call.done() for call in calls):
            checks.append(_timed_health(stand))
    assert {call.result()[0] for call in calls} == {503}
    assert max(call.result()[1] for call in calls) <= within(4)
    assert max(seconds for _, seconds in checks) <= within(2)
    wait_until(lambda: _timed_health(stand)[0] == 503)
    stand.thaw("postgres")
    with stand.client() as client:
        [message_id] = fresh(1)
        wait_until(lambda: client.post("/api/notify/", json=mail(message_id)).status_code == 202)


def _refusals(answers: dict[str, httpx.Response]) -> list[httpx.Response]:
    """The answers that were no 202."""
    return [answer for answer in list(answers.values()) if answer.status_code != 202]


def _timed_post(stand: Stand) -> tuple[int, float]:
    """Status and seconds of one post."""
    with stand.client() as client:
        began = monotonic()
        return client.post("/api/notify/", json=mail(*fresh(1))).status_code, monotonic() - began


def _timed_health(stand: Stand) -> tuple[int, float]:
    """Status and seconds of /healthz."""
    with stand.client() as client:
        began = monotonic()
        return client.get("/healthz").status_code, monotonic() - began
