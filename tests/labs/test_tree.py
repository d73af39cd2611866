"""Every process of a start is found and ended, a double fork included."""

import os
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from labs.runner.processes.launch import CannotLaunch, Process, launch
from labs.runner.processes.tree import TOKEN, end_family, family_of, listeners, wait_gone
from labs.runner.waiting import wait_until

SLEEPER = "import time; time.sleep(300)"
DOUBLE_FORK = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
time.sleep(300)
"""


@pytest.fixture
def token() -> Iterator[str]:
    """A token of this test; whatever carries it is gone afterwards."""
    name = f"test-{uuid.uuid4()}"
    yield name
    end_family([], name)
    for process in STARTED:
        process.wait(10)
    STARTED.clear()


STARTED: list[Process] = []


def start(code: str, token: str) -> int:
    """The pid of a Python process that runs `code` with the token in its environment."""
    command = [sys.executable, "-c", code]
    STARTED.append(launch("t", command, folder=Path("/"), environ={TOKEN: token}))
    return STARTED[-1].pid


class TestFamily:
    """Kinship and token."""

    @pytest.mark.skipif(os.name != "posix", reason="only POSIX forks")
    def test_a_double_fork_is_found_and_ended(self, token: str) -> None:
        """It has no parent of ours and ignores SIGTERM: its environment gives it away."""
        pid = start(DOUBLE_FORK, token)
        assert wait_until(lambda: {p.pid for p in family_of([pid], token)} - {pid}, 20)
        (ghost,) = (p for p in family_of([pid], token) if p.pid != pid)
        assert end_family([pid], token) == []
        assert not ghost.is_running() or ghost.status() == psutil.STATUS_ZOMBIE

    def test_what_carries_another_token_is_left_alone(self, token: str) -> None:
        """Two starts do not end each other."""
        other = start(SLEEPER, token + "-other")
        try:
            end_family([start(SLEEPER, token)], token)
            assert psutil.Process(other).is_running()
        finally:
            end_family([other], token + "-other")

    def test_listeners_are_named_with_their_port(self, token: str) -> None:
        """Where a family listens: address, port and pid."""
        code = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); time.sleep(300)"
        pid = start(code, token)
        assert wait_until(lambda: listeners(family_of([pid], token)), 20)
        ((host, _port, owner),) = listeners(family_of([pid], token))
        assert (host, owner) == ("127.0.0.1", pid)

    def test_what_stays_is_told(self, token: str) -> None:
        """After the patience, those that still live are returned."""
        pid = start(SLEEPER, token)
        assert [process.pid for process in wait_gone([pid], token, 0.1)] == [pid]


def test_a_program_that_does_not_exist_is_named() -> None:
    """CannotLaunch carries the name of the program."""
    with pytest.raises(CannotLaunch, match="no-such-program"):
        launch("t", ["no-such-program"], folder=Path("/"), environ={})
