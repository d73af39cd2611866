"""The sweep of the form with Celery: whom it wakes, and when it spares Redis a wake-up."""

import pytest
import redis
from django.db import InterfaceError, OperationalError

from email_service.celery import app
from email_service.notifications import dispatch
from tests.service.delivery.conftest import Queue


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every wake-up that went out."""
    found: list[str] = []
    monkeypatch.setattr(dispatch, "_publish", lambda: found.append("workers"))
    monkeypatch.setattr(dispatch, "_waiting", lambda: 0)
    return found


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_away_ends_no_sweep(
    transactional_db: None,
    woken: list[str],
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
) -> None:
    """A round without a database raises nothing and still sends its wake-up."""

    def rescue() -> list[object]:
        raise error("the server closed the connection")

    monkeypatch.setattr(dispatch, "rescue", rescue)
    dispatch._sweep(idle=True)
    assert woken == ["workers"]


def test_idle_workers_are_left_in_peace(transactional_db: None, woken: list[str]) -> None:
    """Nobody is woken again within seconds while nothing is due."""
    assert not dispatch._sweep(idle=True)
    assert dispatch._sweep()
    assert woken == ["workers"]


def test_what_is_due_wakes_at_once(queue: Queue, woken: list[str]) -> None:
    """A retry whose time has come, or a mail whose wake-up was lost."""
    queue()
    assert dispatch._sweep(idle=True)
    assert woken == ["workers"]


def test_a_queue_that_nobody_reads_does_not_grow(
    queue: Queue, woken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers that are away for a weekend do not come back to as many wake-ups as seconds."""
    queue()
    monkeypatch.setattr(dispatch, "_waiting", lambda: 10)
    assert not dispatch._sweep()
    assert woken == []


def test_wake_ups_are_counted(redis_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as wait in `emails`; none where nobody ever wrote."""
    monkeypatch.setitem(app.conf, "broker_write_url", f"redis://127.0.0.1:{redis_port}/11")
    with redis.Redis(port=redis_port, db=11) as queues:
        queues.flushdb()
        assert dispatch._waiting() == 0
        queues.lpush("emails", *["{}"] * 3)
        assert dispatch._waiting() == 3
