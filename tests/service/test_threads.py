"""Threads that share an interpreter: the server's are kept on one core."""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from email_service import serve
from email_service.utils import threads
from email_service.utils.threads import stay_on_one_core
from tests.engines.children import free_port
from tests.engines.fixtures import StartService

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="only Linux keeps a thread on a core"
)


def in_a_thread(work: Callable[[], Any]) -> Any:
    """What `work` returns in a thread of its own, whose cores are nobody else's."""
    found: list[Any] = []
    thread = Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def test_threads_started_later_stay_too() -> None:
    """The thread is left one of its cores, and so is every thread that it starts."""

    def stay() -> tuple[int | None, set[int], set[int]]:
        allowed = os.sched_getaffinity(0)
        core = stay_on_one_core()
        assert core in allowed
        return core, os.sched_getaffinity(0), in_a_thread(lambda: os.sched_getaffinity(0))

    core, ours, theirs = in_a_thread(stay)
    assert ours == theirs == {core}


def test_threads_that_run_at_once_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a lock on the interpreter (PEP 703) more cores serve more."""
    monkeypatch.setattr("sys._is_gil_enabled", lambda: False, raising=False)

    def stay() -> tuple[int | None, set[int]]:
        return stay_on_one_core(), os.sched_getaffinity(0)

    assert in_a_thread(stay) == (None, os.sched_getaffinity(0))


def test_a_system_that_forbids_it_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some sandboxes refuse the call: the service starts all the same."""

    def forbidden(*_: Any) -> None:
        raise PermissionError

    monkeypatch.setattr(threads.os, "sched_setaffinity", forbidden)
    assert in_a_thread(stay_on_one_core) is None


def test_the_server_tells_its_core(running_service: StartService) -> None:
    """`serving` names the core, and all of the server's threads are on it."""
    service = running_service()
    [serving] = service.events("serving")
    for thread in Path(f"/proc/{service.web.pid}/task").iterdir():
        assert os.sched_getaffinity(int(thread.name)) == {serving["core"]}


def test_any_core_may_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """--any-core: where several servers share few cores, the kernel may know better."""
    asked: list[bool] = []

    def run(_application: Any, sockets: list[socket.socket], *, any_core: bool) -> None:
        asked.append(any_core)
        for one in sockets:
            one.close()

    monkeypatch.setattr(serve, "run", run)
    for words in ([], ["--any-core"]):
        assert serve.main(["--port", str(free_port()), *words]) == 0
    assert asked == [False, True]
