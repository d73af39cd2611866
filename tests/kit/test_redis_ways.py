"""How `up --transport celery` and the judge come to a Redis, on machines that have this or that."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from redis import Redis

from kit_commands.programs import require_program
from kit_commands.redis_ways import (
    IMAGE,
    docker_command,
    server_command,
    stand_in_command,
)
from kit_commands.supervision.part import answers_redis
from tests.engines.children import child, free_port

Eventually = Callable[..., None]
REFUSES = "#!/bin/sh\nexit 1\n"
NEVER_FETCHES = '#!/bin/sh\n[ "$1" = info ]\n'
HAS_THE_IMAGE = "#!/bin/sh\nexit 0\n"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of PATH, empty."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def put(folder: Path, name: str, script: str) -> None:
    """A program of that name."""
    program = folder / name
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)


def never() -> None:
    """Nothing is to be fetched."""
    pytest.fail("nothing had to be fetched")


def serves(command: Sequence[str], port: int, log: Path, eventually: Eventually) -> bytes | None:
    """What a Redis of that command kept."""
    with child(list(command), log=log):
        eventually(lambda: answers_redis(f"redis://127.0.0.1:{port}"))
        with Redis(port=port) as client:
            client.lpush("emails", "a wake-up")
            return client.brpop("emails", timeout=5)[1]


def test_the_stand_in_serves(tmp_path: Path, eventually: Eventually) -> None:
    """Lists, as Celery uses them, without any program but Python."""
    port = free_port()
    assert serves(stand_in_command(port), port, tmp_path / "log", eventually) == b"a wake-up"


def test_redis_server_serves(tmp_path: Path, eventually: Eventually) -> None:
    """The real one is preferred where it is installed."""
    require_program("redis-server", cure="apt-get install redis-server")
    port = free_port()
    command = server_command(port)
    assert command
    assert serves(command, port, tmp_path / "log", eventually) == b"a wake-up"


def test_an_empty_machine_has_neither(path: Path) -> None:
    """No Docker, no redis-server: the caller goes on to the stand-in."""
    assert docker_command(1234, never) is None
    assert server_command(1234) is None


@pytest.mark.parametrize("script", [REFUSES, NEVER_FETCHES])
def test_a_docker_that_cannot_run_it_is_passed_over(path: Path, script: str) -> None:
    """No engine behind the client, or no way to the image."""
    put(path, "docker", script)
    assert docker_command(1234, lambda: None) is None


def test_fetching_is_told_first(path: Path) -> None:
    """It may take a minute: whoever waits is to know what for."""
    put(path, "docker", NEVER_FETCHES)
    told: list[str] = []
    docker_command(1234, lambda: told.append("fetching"))
    assert told == ["fetching"]


def test_docker_publishes_on_loopback_alone(path: Path) -> None:
    """A Redis without a password is nobody else's business."""
    put(path, "docker", HAS_THE_IMAGE)
    command = docker_command(1234, never)
    assert command
    assert command[command.index("--publish") + 1] == "127.0.0.1:1234:6379"
    assert IMAGE in command


def test_a_program_that_is_no_python_is_a_part_too() -> None:
    """It takes the launcher's place, arguments as they are."""
    words = ["-m", "kit_commands.supervision.program", "/bin/echo", "Ñandú y café", ""]
    root = Path(__file__).resolve().parents[2]
    ran = subprocess.run([sys.executable, *words], capture_output=True, text=True, cwd=root)
    assert ran.stdout == "Ñandú y café \n"
