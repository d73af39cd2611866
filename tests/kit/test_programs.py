"""`kit.py test` and its strictness, seen on small suites in a folder of their own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kit_commands import test as test_verb
from kit_commands.errors import MachineNotReady
from kit_commands.programs import find_program

ROOT = Path(__file__).resolve().parent.parent.parent

WANTING = """
from kit_commands.programs import require_program

def test_wants():
    require_program("no-such-program", cure="install it")

def test_wants_too():
    require_program("no-such-program", cure="install it")

def test_is_content():
    assert require_program("sh", cure="none")
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A copy of the kit whose only suite wants a program that nobody has."""
    shutil.copytree(ROOT / "kit_commands", tmp_path / "kit_commands")
    (tmp_path / "tests/kit").mkdir(parents=True)
    (tmp_path / "tests/kit/test_wanting.py").write_text(WANTING)
    return tmp_path


def run(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """`kit.py test` of that copy, in this Python."""
    call = (
        "import sys; from kit_commands.entry import voice_for; from kit_commands.test import main; "
    )
    call += "sys.exit(main(sys.argv[1:], voice_for('en', sys.stdout, {})))"
    return subprocess.run(
        [sys.executable, "-c", call, *options, "-p", "no:django", "-p", "no:cacheprovider"],
        cwd=root,
        env={"PATH": os.environ["PATH"], "HOME": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_program_is_named_once_and_is_no_failure(suite: Path) -> None:
    """Exit 0, one line with program, cure and number of tests; pytest's summary stays last."""
    answer = run(suite)
    named = [line for line in answer.stdout.splitlines() if line.startswith("NOT RUN")]
    assert (answer.returncode, len(named)) == (0, 1)
    assert "2 test(s)" in named[0]
    assert "no-such-program" in named[0]
    assert "install it" in named[0]
    assert "1 passed, 2 skipped" in answer.stdout.splitlines()[-1]


def test_strict_makes_a_missing_program_red(suite: Path) -> None:
    """Exit 1, every test that wanted it failed; the others ran."""
    answer = run(suite, "--strict")
    assert answer.returncode == 1
    assert "2 failed, 1 passed" in answer.stdout.splitlines()[-1]


def test_the_name_survives_parallel_runs(suite: Path) -> None:
    """With -n 2 the skips come from other programs and are named all the same."""
    assert (
        sum(line.startswith("NOT RUN") for line in run(suite, "-n", "2").stdout.splitlines()) == 1
    )


def test_options_and_paths_go_to_pytest(suite: Path) -> None:
    """A path among the options stands instead of the suites."""
    answer = run(suite, "tests/kit/test_wanting.py::test_is_content")
    assert "1 passed" in answer.stdout.splitlines()[-1]


def test_pytests_exit_code_is_the_kits(suite: Path) -> None:
    """No test chosen is pytest's 5, a red one its 1."""
    assert run(suite, "-k", "nothing_like_it").returncode == 5
    (suite / "tests/kit/test_red.py").write_text("def test_red():\n    assert False\n")
    assert run(suite).returncode == 1


def test_a_suite_that_is_not_there_says_so(suite: Path) -> None:
    """An edition without a suite is no success."""
    with pytest.raises(MachineNotReady):
        test_verb.folders_of("browser", suite)


def test_only_existing_folders_are_run(suite: Path) -> None:
    """The quick run is over the suites that this copy has."""
    assert test_verb.folders_of("quick", suite) == ["tests/kit"]
    assert test_verb.folders_of("all", suite) == ["tests/kit"]


def test_programs_beside_path_are_found_newest_first(tmp_path: Path) -> None:
    """Debian's PostgreSQL is found without being on PATH."""
    for version in ("15", "17"):
        program = tmp_path / version / "bin/kit-no-such"
        program.parent.mkdir(parents=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    assert find_program("kit-no-such") is None
    assert find_program("kit-no-such", [f"{tmp_path}/*/bin"]) == str(
        tmp_path / "17/bin/kit-no-such"
    )
