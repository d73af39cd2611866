"""Keeping parts alive and ending them, with real programs and real signals."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from kit_commands.supervision.output import without_frames
from kit_commands.supervision.pauses import Pauses

HERE = Path(__file__).resolve().parent
Eventually = Callable[..., None]


class Troupe:
    """A driver and its stand-ins, and what they wrote down."""

    def __init__(self, folder: Path, **manners: str) -> None:
        self.folder = folder
        parts = [self._part(name, manner) for name, manner in manners.items()]
        command = [sys.executable, HERE / "driver.py", folder, json.dumps(parts)]
        self.driver = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, start_new_session=True
        )

    def notes(self) -> list[str]:
        """All lines written so far."""
        path = self.folder / "notes"
        return path.read_text().splitlines() if path.exists() else []

    def pids(self, name: str) -> list[int]:
        """The numbers of every start of that part."""
        return [
            int(line.split()[-1]) for line in self.notes() if line.startswith(f"{name} started")
        ]

    def signal_all(self, number: int) -> None:
        """What a terminal does: the whole group gets it."""
        os.killpg(self.driver.pid, number)

    def _part(self, name: str, manner: str) -> dict[str, object]:
        arguments = [str(HERE / "standin.py"), str(self.folder), manner, name]
        grace = 60.0 if manner == "stubborn" else 10.0
        return {"name": name, "arguments": arguments, "grace": grace}


@pytest.fixture
def troupe(tmp_path: Path) -> Iterator[Callable[..., Troupe]]:
    """Start a driver with stand-ins; nothing of it survives the test."""
    started: list[Troupe] = []

    def start(**manners: str) -> Troupe:
        started.append(Troupe(tmp_path, **manners))
        return started[-1]

    yield start
    for each in started:
        each.driver.kill()
        each.driver.communicate()


def gone(pids: list[int]) -> bool:
    """Whether none of these programs runs any more."""
    return not [pid for pid in pids if psutil.pid_exists(pid) and not is_zombie(pid)]


def is_zombie(pid: int) -> bool:
    """Whether only its exit code is left (init may be slow to collect it in a container)."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def test_a_killed_part_runs_again_within_a_second(
    troupe: Callable[..., Troupe], eventually: Eventually
) -> None:
    """kill -9 of a part: its successor has started less than a second later."""
    kit = troupe(web="polite")
    eventually(lambda: kit.pids("web"))
    os.kill(kit.pids("web")[0], signal.SIGKILL)
    killed = time.monotonic()
    eventually(lambda: len(kit.pids("web")) == 2)
    assert time.monotonic() - killed < 1.0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_every_part_in_the_opposite_order(
    troupe: Callable[..., Troupe], eventually: Eventually, number: signal.Signals
) -> None:
    """Ctrl-C, SIGTERM, a closed terminal: web ends before its inbox, exit code 0, none left."""
    kit = troupe(inbox="polite", deliver="polite", web="polite")
    eventually(lambda: all(kit.pids(name) for name in ("inbox", "deliver", "web")))
    if number == signal.SIGTERM:
        kit.driver.send_signal(number)
    else:
        kit.signal_all(number)
    assert kit.driver.wait(10) == 0
    assert kit.notes()[3:] == ["web SIGTERM", "deliver SIGTERM", "inbox SIGTERM"]


def test_a_second_ctrl_c_does_not_wait(
    troupe: Callable[..., Troupe], eventually: Eventually
) -> None:
    """A part that will not stop is killed at once by the second Ctrl-C, long before its grace."""
    kit = troupe(deliver="stubborn")
    eventually(lambda: kit.pids("deliver"))
    kit.signal_all(signal.SIGINT)
    eventually(lambda: "deliver SIGTERM" in kit.notes())
    kit.signal_all(signal.SIGINT)
    kit.driver.wait(5)
    assert gone(kit.pids("deliver"))


def test_kill_9_of_the_kit_leaves_no_part(
    troupe: Callable[..., Troupe], eventually: Eventually
) -> None:
    """Every part dies with the kit, even when nobody can run a line of code any more."""
    kit = troupe(inbox="polite", deliver="stubborn", web="polite")
    eventually(lambda: all(kit.pids(name) for name in ("inbox", "deliver", "web")))
    pids = [kit.pids(name)[0] for name in ("inbox", "deliver", "web")]
    kit.driver.kill()
    eventually(lambda: gone(pids), seconds=5)


def test_a_child_that_a_part_leaves_behind_ends_with_the_kit(
    troupe: Callable[..., Troupe], eventually: Eventually
) -> None:
    """A stop leaves no descendant, not even one whose parent ended before."""
    kit = troupe(web="parent")
    eventually(lambda: kit.pids("web"))
    (orphan,) = (int(line.split()[1]) for line in kit.notes() if line.startswith("child"))
    kit.driver.send_signal(signal.SIGTERM)
    kit.driver.wait(10)
    assert gone([orphan])


def test_what_a_part_says_is_in_its_log_and_on_the_terminal(
    troupe: Callable[..., Troupe], eventually: Eventually
) -> None:
    """Each line stands whole in the log, and behind the part's name on the terminal."""
    kit = troupe(web="polite")
    eventually(lambda: kit.pids("web"))
    kit.driver.send_signal(signal.SIGTERM)
    shown, _ = kit.driver.communicate(timeout=10)
    assert (kit.folder / "logs/web.log").read_text() == "hello from web\n"
    assert [line for line in shown.splitlines() if line.endswith("| hello from web")]


def test_a_part_that_dies_at_once_is_tried_more_and_more_slowly(
    troupe: Callable[..., Troupe], eventually: Eventually
) -> None:
    """The first restart is at once, the second a second later; the kit itself goes on."""
    kit = troupe(web="fragile", inbox="polite")
    eventually(lambda: len(kit.notes()) >= 3)
    before = time.monotonic()
    eventually(lambda: kit.notes().count("web died") == 3)
    assert time.monotonic() - before < 5
    assert kit.driver.poll() is None


def test_pauses_grow_to_half_a_minute_and_are_forgiven() -> None:
    """0, 1, 2, 4 … 30 s between quick deaths; a run of 30 s starts the series anew."""
    pauses = Pauses()
    assert [pauses.after_death(ran=0.1) for _ in range(8)] == [0, 1, 2, 4, 8, 16, 30, 30]
    assert pauses.after_death(ran=30) == 0


def test_the_fifth_quick_death_is_the_one_to_report() -> None:
    """The user is pointed to the log once per series, not at every death."""
    pauses = Pauses()
    reported = []
    for _ in range(8):
        pauses.after_death(ran=0.1)
        reported.append(pauses.hopeless())
    assert reported == [False] * 4 + [True] + [False] * 3


def test_of_a_traceback_the_reader_sees_what_was_raised() -> None:
    """A wrong value in the environment is one line on the terminal, not twenty."""
    log = ["Traceback (most recent call last):", '  File "x", line 1', "    ^^", "Wrong: PORT='x'"]
    assert without_frames(log) == ["Wrong: PORT='x'"]
    assert without_frames(["  indented"]) == ["  indented"]
