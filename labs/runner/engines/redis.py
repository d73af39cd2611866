"""A private Redis: `redis-server` if it is on PATH, else Docker, else the pure-Python stand-in."""

import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock
from time import monotonic, sleep

from kit_commands.redis_ways import docker_command, server_command, stand_in_command
from labs.runner.machine import accepts, free_port

_PATIENCE = 20.0


class NoRedis(Exception):
    """Nothing on this machine can play Redis; the message says what was tried."""


class LazyRedis:
    """A Redis that starts when somebody first asks for its port."""

    def __init__(self) -> None:
        self.kind = ""
        """What answers: `redis-server`, `docker` or `stand-in`; empty until started."""
        self._port = 0
        self._ends: Callable[[], None] = lambda: None
        self._starting = Lock()

    def port(self) -> int:
        """Its port; starts it if need be, NoRedis if nothing can."""
        with self._starting:
            if not self._port:
                self._port = self._start()
            return self._port

    @property
    def started(self) -> bool:
        """Whether anybody asked for it yet."""
        return bool(self._port)

    def close(self) -> None:
        """End it, if it was ever started."""
        with self._starting:
            self._ends()
            self._port = 0

    def _start(self) -> int:
        port = free_port()
        if command := server_command(port):
            return self._run("redis-server", command, port)
        if command := docker_command(port, fetching=lambda: None):
            with suppress(NoRedis):
                return self._run("docker", command, port)
        return self._run("stand-in", stand_in_command(port), port)

    def _run(self, kind: str, command: Sequence[str], port: int) -> int:
        child = subprocess.Popen(  # noqa: S603 - a program of this machine, arguments of ours
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.PIPE
        )
        try:
            _wait_for(port, lambda: child.poll() is None)
        except NoRedis:
            _end(child)
            raise
        self._ends = lambda: _end(child)
        self.kind = kind
        return port


def _wait_for(port: int, alive: Callable[[], bool]) -> None:
    give_up = monotonic() + _PATIENCE
    while not accepts(port):
        if not alive() or monotonic() > give_up:
            raise NoRedis(f"no Redis on port {port} after {_PATIENCE:.0f} s")
        sleep(0.02)


def _end(child: "subprocess.Popen[bytes]") -> None:
    if child.stdin:
        child.stdin.close()
    child.terminate()
    try:
        child.wait(3)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
