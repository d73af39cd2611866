"""`kit.py up` whole: the real inbox, stand-ins for the service, real ports and signals."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from redis import Redis

ROOT = Path(__file__).resolve().parent.parent.parent
STAGE = Path(__file__).resolve().parent / "stage"
FOLDER = "Ñandú y café (1)"
CALL = """
import sys
from kit_commands.entry import outcome, voice_for
from kit_commands.up import main
voice, complaints = voice_for("en", sys.stdout, {}), voice_for("en", sys.stderr, {})
sys.exit(outcome(lambda: main(sys.argv[1:], voice), complaints))
"""
Eventually = Callable[..., None]


class Stage:
    """A copy of the kit whose service is a stand-in, and one `up` in it."""

    def __init__(self, root: Path, ports: list[int]) -> None:
        self.root = root
        self.web, self.inbox, self.smtp = ports
        self.started: list[subprocess.Popen[str]] = []

    def up(self, *options: str, **environ: str) -> subprocess.Popen[str]:
        """Start `up` as a terminal would, in a group of its own."""
        ports = ("--port", self.web, "--inbox-port", self.inbox, "--smtp-port", self.smtp)
        kit = subprocess.Popen(
            [sys.executable, "-c", CALL, *map(str, ports), *options],
            cwd=self.root,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(kit)
        return kit

    def greeted(self, kit: subprocess.Popen[str]) -> str:
        """All that `up` printed until its last word before the logs."""
        said = ""
        while "Ctrl-C" not in said:
            assert kit.stdout is not None
            line = kit.stdout.readline()
            assert line, (said, kit.communicate())
            said += line
        return said

    def log(self, name: str) -> str:
        """What a part said."""
        return (self.root / f"var/logs/{name}.log").read_text(encoding="utf-8")


@pytest.fixture
def stage(tmp_path: Path, free_ports: Callable[[int], list[int]]) -> Iterator[Stage]:
    """A stage of its own for each test; nothing that ran on it survives."""
    root = tmp_path / FOLDER
    shutil.copytree(STAGE, root)
    # A copy, not a link: the kit finds its root from where its own files really are.
    shutil.copytree(ROOT / "kit_commands", root / "kit_commands")
    (root / "mock_smtp").symlink_to(ROOT / "mock_smtp")
    stage = Stage(root, free_ports(3))
    yield stage
    for kit in stage.started:
        kit.kill()
        kit.communicate()


def answers(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def named(pid: int) -> set[str]:
    """Which parts run below that program, by their command lines."""
    lines = [line_of(child) for child in psutil.Process(pid).children(recursive=True)]
    parts = ("mock_smtp", "email_service.serve", "manage.py deliver")
    return {part for part in parts if any(part in line for line in lines)}


def line_of(program: psutil.Process) -> str:
    """Its command line; empty once it ended, as a killed part's own child may between two looks."""
    try:
        return " ".join(program.cmdline())
    except psutil.NoSuchProcess:
        return ""


def test_once_it_greets_everything_answers(stage: Stage) -> None:
    """Service, page and SMTP answer; each command line names its part; the inbox came first."""
    kit = stage.up()
    stage.greeted(kit)
    assert all(answers(port) for port in (stage.web, stage.inbox, stage.smtp))
    assert named(kit.pid) == {"mock_smtp", "email_service.serve", "manage.py deliver"}
    assert stage.log("web") == "inbox was there\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_cleanly(stage: Stage, number: signal.Signals) -> None:
    """Exit 0, no descendant, no traceback, every port free again."""
    kit = stage.up()
    stage.greeted(kit)
    below = psutil.Process(kit.pid).children(recursive=True)
    os.killpg(kit.pid, number)
    said, complained = kit.communicate(timeout=20)
    assert (kit.returncode, complained) == (0, "")
    assert "Traceback" not in said
    assert psutil.wait_procs(below, timeout=0)[1] == []
    assert not any(answers(port) for port in (stage.web, stage.inbox, stage.smtp))


def test_kill_9_leaves_nothing(stage: Stage) -> None:
    """Without a chance to clean up, the ports are free and the next `up` starts."""
    kit = stage.up()
    stage.greeted(kit)
    below = psutil.Process(kit.pid).children(recursive=True)
    kit.kill()
    assert psutil.wait_procs(below, timeout=10)[1] == []
    stage.greeted(stage.up())


@pytest.mark.parametrize("part", ["mock_smtp", "email_service.serve", "manage.py deliver"])
def test_a_killed_part_comes_back(stage: Stage, eventually: Eventually, part: str) -> None:
    """kill -9 of any part: it runs again, on the same ports."""
    kit = stage.up()
    stage.greeted(kit)
    victims = [c for c in psutil.Process(kit.pid).children() if part in " ".join(c.cmdline())]
    victims[0].kill()
    eventually(lambda: not victims[0].is_running() and part in named(kit.pid))
    eventually(lambda: all(answers(port) for port in (stage.web, stage.inbox, stage.smtp)))


def test_a_second_up_on_the_same_folder_is_told_of_the_first(stage: Stage) -> None:
    """Exit 2 and one line with the first one's number and address."""
    first = stage.up()
    stage.greeted(first)
    _, complained = (second := stage.up()).communicate(timeout=20)
    assert (second.returncode, complained.count("\n")) == (2, 1)
    assert str(first.pid) in complained
    assert str(stage.web) in complained


def test_a_taken_port_stops_the_start_before_anything_runs(stage: Stage) -> None:
    """Exit 2, one line naming the option; no part was started."""
    with socket.create_server(("127.0.0.1", stage.smtp)):
        kit = stage.up()
        _, complained = kit.communicate(timeout=20)
    assert (kit.returncode, complained.count("\n")) == (2, 1)
    assert "--smtp-port" in complained
    assert not (stage.root / "var/logs/inbox.log").exists()


def test_a_failed_migration_ends_the_start_with_the_reason(stage: Stage) -> None:
    """Exit 2, the end of its log on the terminal, the inbox stopped again."""
    kit = stage.up(FAIL_MIGRATION="PORT='x': expected a number")
    _, complained = kit.communicate(timeout=20)
    assert kit.returncode == 2
    assert "PORT='x': expected a number" in complained
    assert not answers(stage.inbox)


def test_data_is_relative_to_where_the_user_stands(stage: Stage) -> None:
    """--data DIR holds databases, keys and logs."""
    stage.greeted(stage.up("--data", "mis datos"))
    names = {path.name for path in (stage.root / "mis datos").iterdir()}
    assert names >= {"service.key", "secret.key", "inbox.sqlite3", "logs"}


def test_celery_brings_its_redis(stage: Stage, tmp_path: Path, eventually: Eventually) -> None:
    """On a machine without one the stand-in answers, until `up` ends, even by kill -9."""
    kit = stage.up("--transport", "celery", PATH=str(tmp_path))
    [place] = re.findall(r"^Redis: redis://127\.0\.0\.1:(\d+)/", stage.greeted(kit), re.MULTILINE)
    with Redis(port=int(place)) as client:
        assert client.lpush("emails", "a wake-up") == 1
    kit.kill()
    eventually(lambda: not answers(int(place)))


def test_celery_uses_the_redis_that_is_given(stage: Stage) -> None:
    """REDIS_URL is told without its password, and nothing is started for it."""
    kit = stage.up("--transport", "celery", REDIS_URL="redis://:secret@127.0.0.1:1/4")
    said = stage.greeted(kit)
    assert re.search(r"^Redis: redis://127\.0\.0\.1:1/4 ", said, re.MULTILINE)
    assert "secret" not in said
    assert not (stage.root / "var/logs/redis.log").exists()


def test_what_the_parts_say_is_seen_behind_their_name(stage: Stage, eventually: Eventually) -> None:
    """The console transport's mails are on the terminal, since all output is."""
    kit = stage.up("--transport", "console")
    said = stage.greeted(kit)
    eventually(lambda: stage.log("deliver"))
    kit.send_signal(signal.SIGTERM)
    said += kit.communicate(timeout=20)[0]
    assert re.search(r"^deliver +\| delivering by console$", said, re.MULTILINE)
