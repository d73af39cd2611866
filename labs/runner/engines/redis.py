"""A private Redis: `redis-server` if it is on PATH, else Docker, else the pure-Python stand-in."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic, sleep

from labs.runner.machine import accepts, free_port

IMAGE = "redis:7.4-alpine"
STAND_IN = """
import sys
from fakeredis import TcpFakeServer
TcpFakeServer.allow_reuse_address = True
TcpFakeServer(("127.0.0.1", int(sys.argv[1])), server_type="redis").serve_forever()
"""
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
        self._folder = Path(tempfile.mkdtemp(prefix="kit-redis-"))
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
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> int:
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        if program:
            return self._run("redis-server", [program, *_options(self._folder)])
        if docker := shutil.which("docker"):
            with suppress(subprocess.SubprocessError, NoRedis):
                return self._in_docker(docker)
        return self._run("stand-in", [sys.executable, "-c", STAND_IN, "{port}"])

    def _run(self, kind: str, command: Sequence[str]) -> int:
        port = free_port()
        words = [word.replace("{port}", str(port)) for word in command]
        child = subprocess.Popen(  # noqa: S603 - a program of this machine, arguments of ours
            words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        self._ends = lambda: _end(child)
        _wait_for(port, lambda: child.poll() is None)
        self.kind = kind
        return port

    def _in_docker(self, docker: str) -> int:
        port = free_port()
        command = [docker, "run", "--rm", "--detach", "-p", f"127.0.0.1:{port}:6379", IMAGE]
        ran = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)  # noqa: S603
        name = ran.stdout.strip()
        self._ends = lambda: _quietly([docker, "rm", "--force", name])
        _wait_for(port, lambda: True)
        self.kind = "docker"
        return port


def _options(folder: Path) -> list[str]:
    """In memory only, on loopback."""
    words = ["--bind", "127.0.0.1", "--port", "{port}", "--appendonly", "no", "--dir"]
    return [*words, str(folder), "--save", ""]


def _wait_for(port: int, alive: Callable[[], bool]) -> None:
    give_up = monotonic() + _PATIENCE
    while not accepts(port):
        if not alive() or monotonic() > give_up:
            raise NoRedis(f"no Redis on port {port} after {_PATIENCE:.0f} s")
        sleep(0.02)


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(3)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _quietly(command: Sequence[str]) -> None:
    subprocess.run(list(command), check=False, capture_output=True, timeout=30)  # noqa: S603
