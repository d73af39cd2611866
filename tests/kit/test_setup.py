"""Making .venv: once, whole, by one kit at a time, and again when something changed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kit_commands.errors import MachineNotReady
from kit_commands.setup import prepare, ways
from kit_commands.setup.environment import VirtualEnvironment
from kit_commands.setup.install import InstallFailed
from kit_commands.voice import Voice

ENVIRON = {"HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def kit(root: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a clone's kit.py to its end."""
    return subprocess.run(
        [sys.executable, root / "kit.py", *words],
        env=ENVIRON | environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def told(answer: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """What the echoing verb printed last."""
    assert answer.returncode == 7, answer
    told: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return told


def installs(root: Path) -> int:
    """How many installations the clone has seen."""
    log = (root / ".venv/kit-install.log").read_text(encoding="utf-8")
    return log.count("Successfully installed")


def test_the_first_run_makes_venv_and_hands_over(clone: Path) -> None:
    """A fresh clone installs, then the verb runs inside .venv with its words and its exit code."""
    said = told(kit(clone, "contract", "--url", "ñ ü", "--lang", "es"))
    assert Path(said["prefix"]) == clone / ".venv"
    assert (said["arguments"], said["language"]) == (["--url", "ñ ü"], "es")


def test_the_second_run_installs_nothing_until_the_lock_changes(clone: Path) -> None:
    """The stamp spares the second run; another lock brings .venv up to date in place."""
    told(kit(clone, "contract"))
    told(kit(clone, "contract"))
    assert installs(clone) == 1
    (clone / "requirements.txt").write_text("./wheels/tiny-2.0-py3-none-any.whl\n")
    told(kit(clone, "contract"))
    assert installs(clone) == 2
    assert list((clone / ".venv").rglob("tiny-2.0.dist-info"))


def test_an_interrupted_installation_is_made_again(
    clone: Path, eventually: Callable[..., None]
) -> None:
    """Killed at any line of its first run, the kit repairs .venv at its second."""
    first = subprocess.Popen([sys.executable, clone / "kit.py", "contract"], env=ENVIRON)
    eventually((clone / ".venv/bin/python").exists)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert not VirtualEnvironment(clone).is_ready()
    told(kit(clone, "contract"))


def test_a_venv_whose_python_is_gone_is_made_again(clone: Path) -> None:
    """A system upgrade that took the interpreter away costs one installation, no question."""
    (clone / ".venv/bin").mkdir(parents=True)
    (clone / ".venv/bin/python").symlink_to("/nonexistent/python3.11")
    (clone / ".venv/kit.stamp").write_text("anything")
    told(kit(clone, "contract"))


def test_twins_on_a_fresh_clone_install_once(clone: Path) -> None:
    """Two kits started at once take turns: both run, one installed."""
    twins = [
        subprocess.Popen([sys.executable, clone / "kit.py", "contract"], env=ENVIRON)
        for _ in range(2)
    ]
    assert [twin.wait() for twin in twins] == [7, 7]
    assert installs(clone) == 1


def test_no_network_is_one_sentence_and_code_2(clone: Path) -> None:
    """An index that cannot be reached: exit 2, the cause on one line, ready to be tried again."""
    (clone / "requirements.txt").write_text("kit-has-no-such-package==1.0\n")
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}
    answer = kit(clone, "contract", PIP_CONFIG_FILE=os.devnull, **nowhere)
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)
    (clone / "requirements.txt").write_text("./wheels/tiny-1.0-py3-none-any.whl\n")
    told(kit(clone, "contract"))


def test_a_machine_that_cannot_make_environments_names_the_cure(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian without python3-venv, and neither uv nor virtualenv: MachineNotReady."""
    monkeypatch.setattr(ways, "can_import", lambda *_: False)
    monkeypatch.setattr(ways.shutil, "which", lambda _: None)
    with pytest.raises(MachineNotReady) as raised:
        prepare.prepare(VirtualEnvironment(clone), Voice("en", sys.stdout))
    assert raised.value.text is prepare.texts.NO_VENV


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ("Retrying after connection broken by 'NewConnectionError(…)'", "NO_NETWORK"),
        ("OSError: [Errno 28] No space left on device", "DISK_FULL"),
        ("ERROR: no such thing", "INSTALL_FAILED"),
    ],
)
def test_a_failed_installation_is_named_by_its_cure(clone: Path, output: str, text: str) -> None:
    """Network, disk and the rest each have their own sentence."""
    (clone / ".venv").mkdir()
    preparation = prepare._Preparation(VirtualEnvironment(clone), Voice("en", sys.stdout))
    verdict = preparation._verdict(InstallFailed(output))
    assert verdict.text is getattr(prepare.texts, text)


def test_a_package_without_a_wheel_for_this_machine_is_left_out(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """psycopg2-binary never stops those who only want SQLite: the rest is installed without it."""
    (clone / ".venv").mkdir()
    (clone / "requirements.txt").write_text("psycopg2-binary==0\ntiny==1.0\n")
    asked: list[str] = []

    def run(command: tuple[str, ...], **_: object) -> None:
        asked.append(Path(command[-1]).read_text())
        if "psycopg2" in asked[-1]:
            raise InstallFailed("ERROR: No matching distribution found for psycopg2-binary==0")

    monkeypatch.setattr(prepare, "run_logged", run)
    preparation = prepare._Preparation(VirtualEnvironment(clone), Voice("en", sys.stdout))
    preparation._follow(ways.Way("pip", (), ("pip",)), keep=True)
    assert asked[-1] == "tiny==1.0"
