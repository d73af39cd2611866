"""Every process that a start left, however it hid: children of children, and by the run token."""

import contextlib
from collections.abc import Iterable, Iterator
from time import monotonic, sleep
from typing import Any

import psutil

TOKEN = "KIT_RUN_TOKEN"  # noqa: S105 - a variable's name
"""Variable in the environment of everything the judge starts; a double fork inherits it."""


def family_of(pids: Iterable[int], token: str) -> list[psutil.Process]:
    """The living processes among `pids`, their descendants and all that carry `token`."""
    found = {process.pid: process for process in _bearers(token)}
    for pid in pids:
        found |= {one.pid: one for one in kin_of(pid)}
    return [process for process in found.values() if _lives(process)]


def kin_of(pid: int) -> list[psutil.Process]:
    """A process and its descendants; none if it is gone."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []


def end_family(pids: Iterable[int], token: str, *, seconds: float = 5.0) -> list[int]:
    """Kill everything of a start and wait until it is gone; the pids that would not die."""
    give_up = monotonic() + seconds
    known = list(pids)
    while family := family_of(known, token):
        end_all(family)
        if monotonic() > give_up:
            return [process.pid for process in family_of(known, token)]
    return []


def end_all(family: Iterable[psutil.Process]) -> None:
    """Kill these and wait a moment until they are gone."""
    known = list(family)
    for process in known:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(known, timeout=0.2)


def listeners(family: Iterable[psutil.Process]) -> list[tuple[str, int, int]]:
    """Where a family listens: (address, port, pid) for each listening TCP socket."""
    return [
        (socket.laddr.ip, socket.laddr.port, process.pid)
        for process in family
        for socket in _sockets(process)
        if socket.status == psutil.CONN_LISTEN and socket.laddr
    ]


def connected_to(pid: int, port: int) -> bool:
    """Whether a process or a child of it holds a TCP line to that port of this machine."""
    return any(
        socket.raddr and socket.raddr.port == port and socket.status == psutil.CONN_ESTABLISHED
        for process in kin_of(pid)
        for socket in _sockets(process)
    )


def variable_of(process: psutil.Process, name: str) -> str | None:
    """A variable in a living process's environment, None if absent or unreadable."""
    try:
        value: str | None = process.environ().get(name)
    except (psutil.Error, OSError):
        return None
    return value


def wait_gone(pids: Iterable[int], token: str, seconds: float) -> list[psutil.Process]:
    """Wait until a family is gone; those that still live after `seconds`."""
    known, give_up = list(pids), monotonic() + seconds
    while (family := family_of(known, token)) and monotonic() < give_up:
        sleep(0.03)
    return family


def _bearers(token: str) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        if variable_of(process, TOKEN) == token:
            yield process


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _sockets(process: psutil.Process) -> list[Any]:
    try:
        return list(process.net_connections(kind="tcp"))
    except (psutil.Error, OSError):
        return []
