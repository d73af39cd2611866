"""How a machine without a Redis gets one: in Docker, by redis-server, or as a stand-in in Python.

It holds nothing that has to last, so each keeps it in memory alone, on loopback.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

IMAGE = "redis:7-alpine"
_SECONDS_TO_ANSWER = 10.0
_SECONDS_TO_FETCH = 180.0
_IN_MEMORY = ("--save", "", "--appendonly", "no")
# Ends with its standard input, that is to say with whoever started it, even by kill -9.
_BOUND_TO_INPUT = "redis-server --save '' --appendonly no & exec cat > /dev/null"


def server_command(port: int) -> list[str] | None:
    """redis-server (or Valkey's) on that port; None if there is none on PATH."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        return None
    return [program, "--bind", "127.0.0.1", "--port", str(port), *_IN_MEMORY]


def docker_command(port: int, fetching: Callable[[], object]) -> list[str] | None:
    """A container on that port; None if no Docker answers or the image is not to be had.

    `fetching` is called before the image is fetched, which may take a minute.
    """
    docker = shutil.which("docker")
    if docker is None or not _succeeds([docker, "info"], _SECONDS_TO_ANSWER):
        return None
    if not _succeeds([docker, "image", "inspect", IMAGE], _SECONDS_TO_ANSWER):
        fetching()
        if not _succeeds([docker, "pull", "--quiet", IMAGE], _SECONDS_TO_FETCH):
            return None
    # No signal is passed on: the client ends at once, and with it the container's input.
    run = [docker, "run", "--rm", "--interactive", "--sig-proxy=false"]
    place = ["--publish", f"127.0.0.1:{port}:6379"]
    return [*run, *place, IMAGE, "sh", "-c", _BOUND_TO_INPUT]


def stand_in_command(port: int) -> list[str]:
    """The stand-in on that port: slow, and there wherever the kit is."""
    return [sys.executable, str(Path(__file__).with_name("redis_stand_in.py")), str(port)]


def _succeeds(command: Sequence[str], seconds: float) -> bool:
    """Whether a command ends well within so many seconds."""
    try:
        ran = subprocess.run(  # noqa: S603 - found on PATH, arguments of ours
            command, capture_output=True, timeout=seconds, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ran.returncode == 0
