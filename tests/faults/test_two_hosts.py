"""Several hosts send from one database: rows 16 and 41."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from kit_commands.programs import require_program
from mock_smtp.client import wait_until
from mock_smtp.testing import StartedInbox, running_inbox
from tests.engines.children import child
from tests.engines.fixtures import StartService
from tests.engines.kit import notify, settled, status
from tests.engines.service import ROOT, Service, environment

RETRY_DELAY = 3.0
MAILS = 200


@pytest.fixture
def inbox() -> Iterator[StartedInbox]:
    """A real inbox."""
    with running_inbox() as started:
        yield started


@pytest.fixture
def service(running_service: StartService) -> Service:
    """A service on PostgreSQL that only accepts."""
    return running_service("postgres")


@contextmanager
def hosts(
    service: Service, inbox: StartedInbox, folder: Path, *surroundings: Mapping[str, str]
) -> Iterator[list[Path]]:
    """A dispatcher for each of these environments; their logs."""
    settings = {
        "EMAIL_TRANSPORT": "smtp",
        "EMAIL_PORT": str(inbox.smtp_port),
        "EMAIL_RETRY_DELAY": str(RETRY_DELAY),
    }
    environ = environment(service.database_url, **settings)
    logs = [folder / f"host{number}.log" for number, _ in enumerate(surroundings)]
    with ExitStack() as stack:
        for log, own in zip(logs, surroundings, strict=True):
            command = [sys.executable, "manage.py", "deliver"]
            stack.enter_context(child(command, log=log, environ=environ | own, folder=ROOT))
        for log in logs:
            wait_until(lambda log=log: "dispatcher_started" in log.read_text(), timeout=60)
        yield logs


def clock(minutes: int) -> dict[str, str]:
    """What puts the clock of a program off by so many minutes."""
    program = require_program("faketime", cure="apt-get install faketime")
    shift = f"{minutes:+d}m"
    shown = subprocess.run(
        [program, "-m", "-f", shift, "env"], capture_output=True, text=True, check=True
    ).stdout
    [preload] = [line for line in shown.splitlines() if line.startswith("LD_PRELOAD=")]
    # A wrong clock is wrong about the time of day; seconds still pass as they do.
    steady = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
    return {"LD_PRELOAD": preload.partition("=")[2], "FAKETIME": shift, **steady}


def test_row_16_clocks_ten_minutes_off(
    service: Service, inbox: StartedInbox, tmp_path: Path
) -> None:
    """One host is 10 min early, one late: no retry comes early, no lease is taken over, no copy."""
    ids = [uuid4() for _ in range(8)]
    inbox.add_fault("rcpt", code=451, times=len(ids))
    inbox.add_fault("data", "delay", seconds=1, times=0)
    with (
        hosts(service, inbox, tmp_path, clock(-10), clock(+10)) as logs,
        service.client() as client,
    ):
        assert [round(clock_of(log).total_seconds() / 60) for log in logs] == [-10, 10]
        for message_id in ids:
            notify(client, message_id)
        wait_until(lambda: settled(client), timeout=90)
        found = [status(client, message_id) for message_id in ids]
    assert sorted(copies(inbox)) == sorted(map(str, ids))
    gaps = [gap for one in found for gap in _gaps(one)]
    assert len(gaps) == len(ids)
    assert all(timedelta(seconds=RETRY_DELAY) <= gap < timedelta(minutes=2) for gap in gaps)


def test_row_41_two_hosts_send(service: Service, inbox: StartedInbox, tmp_path: Path) -> None:
    """Two dispatchers, each a sweeper too, share 200 mails: none is lost, none leaves twice."""
    inbox.add_fault("data", "delay", seconds=0.02, times=0)
    with hosts(service, inbox, tmp_path, {}, {}) as logs, service.client() as client:
        ids = [str(notify(client)) for _ in range(MAILS)]
        wait_until(lambda: settled(client), timeout=90)
        assert all("delivered" in log.read_text() for log in logs)
    assert sorted(copies(inbox)) == sorted(ids)


def clock_of(log: Path) -> timedelta:
    """How far the clock of the program that writes this log is off."""
    first = next(line for line in log.read_text().splitlines() if "dispatcher_started" in line)
    told: str = json.loads(first)["timestamp"]
    return datetime.fromisoformat(told) - datetime.now(UTC)


def copies(inbox: StartedInbox) -> list[str]:
    """The UUIDs that were caught, one entry a copy."""
    return [mail["MessageID"].partition("@")[0] for mail in inbox.messages()]


def _gaps(found: dict[str, Any]) -> list[timedelta]:
    """The time between one attempt and the next, by the database's clock."""
    times = [datetime.fromisoformat(attempt["at"]) for attempt in found["attempts"]]
    return [later - earlier for earlier, later in pairwise(times)]
