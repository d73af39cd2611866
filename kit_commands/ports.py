"""Ports: whether they are free, who has them, and which free one to use instead."""

import errno
import socket
import sys
from collections.abc import Iterable, Mapping

import psutil

from kit_commands.errors import MachineNotReady, WrongCommand
from kit_commands.voice import Text

LOOPBACK = "127.0.0.1"

TAKEN = Text(
    en="Port {port} is taken{holder}: stop that program, or add {option} {free} (free now).",
    es="El puerto {port} está ocupado{holder}: para ese programa, o añade {option} {free} "
    "(libre ahora).",
)
FORBIDDEN = Text(
    en="This user may not listen on port {port}: add {option} {free} (free now).",
    es="Este usuario no puede escuchar en el puerto {port}: añade {option} {free} (libre ahora).",
)
OUT_OF_RANGE = Text(
    en="{option} takes a port from 1 to 65535, not {port}.",
    es="{option} acepta un puerto de 1 a 65535, no {port}.",
)
TWICE = Text(
    en="{option} and {other} both say {port}: give each its own port.",
    es="{option} y {other} dicen {port}: da a cada uno su puerto.",
)


def require_free(wanted: Mapping[str, int]) -> None:
    """Check every port of `wanted` ({option: port}); the first that cannot be had is named."""
    first_with: dict[int, str] = {}
    for option, port in wanted.items():
        if not 0 < port < 65536:
            raise WrongCommand(OUT_OF_RANGE, option=option, port=port)
        if port in first_with:
            raise WrongCommand(TWICE, option=option, other=first_with[port], port=port)
        first_with[port] = option
    for option, port in wanted.items():
        _require_one(option, port, wanted.values())


def answers(port: int) -> bool:
    """Whether something accepts connections there: some servers let a second one bind beside."""
    with socket.socket() as caller:
        caller.settimeout(1.0)
        return caller.connect_ex((LOOPBACK, port)) == 0


def bind_error(port: int) -> int:
    """The errno of listening there, 0 if it works."""
    with socket.socket() as server:
        if sys.platform != "win32":  # there the option would share a taken port
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((LOOPBACK, port))
            server.listen(1)
        except OSError as error:
            return error.errno or errno.EADDRINUSE
    return 0


def free_port_near(port: int, avoid: Iterable[int]) -> int:
    """The next port above `port` that is free now and not in `avoid`; any free one at the top."""
    for candidate in range(max(port, 1023) + 1, min(port + 200, 65535) + 1):
        if candidate not in avoid and not answers(candidate) and bind_error(candidate) == 0:
            return candidate
    with socket.socket() as server:
        server.bind((LOOPBACK, 0))
        return int(server.getsockname()[1])


def holder_of(port: int) -> str:
    """` (program, pid 123)` of who listens there, empty where the system does not tell."""
    try:
        listening = psutil.net_connections(kind="tcp")
        pids = [
            c.pid for c in listening if c.status == "LISTEN" and c.laddr and c.laddr.port == port
        ]
        pid = next(filter(None, pids))
        return f" ({_program(pid)}, pid {pid})"
    except (psutil.Error, OSError, StopIteration):
        return ""


def _program(pid: int) -> str:
    """The words a person would know it by: its command line, shortened."""
    words = psutil.Process(pid).cmdline() or [psutil.Process(pid).name()]
    line = " ".join(words)
    return line if len(line) <= 60 else f"{line[:59]}…"


def _require_one(option: str, port: int, wanted: Iterable[int]) -> None:
    taken = answers(port)
    refusal = 0 if taken else bind_error(port)
    if not taken and refusal == 0:
        return
    free = free_port_near(port, set(wanted))
    if refusal in {errno.EACCES, errno.EPERM}:
        raise MachineNotReady(FORBIDDEN, port=port, option=option, free=free)
    raise MachineNotReady(TAKEN, port=port, holder=holder_of(port), option=option, free=free)
