"""Tests that need a program: run where it is, said aloud where it is not, red when strict.

A test author writes, in a fixture or at the head of a test:

    from kit_commands.programs import require_program

    @pytest.fixture
    def redis_server():
        path = require_program("redis-server", cure="apt-get install redis-server")
        ...

`also_in` takes glob patterns of folders beside PATH (Debian keeps `initdb` in
`/usr/lib/postgresql/*/bin`). What is no file on PATH, such as a Docker that answers, goes through
`require("docker", found=docker_answers(), cure="start Docker")`.

Missing: the test is skipped and the terminal summary says one line per program with its cure and
how many tests waited for it. With `kit.py test --strict` (KIT_STRICT=1) the test fails instead.
Do not call `pytest.skip` for a missing program: nobody would hear of it.
"""

import glob
import os
import shutil
from collections import Counter
from collections.abc import Iterable

import pytest

from kit_commands.test import STRICT

WANT = "for want of "
CURE = "; cure: "


def require_program(name: str, *, cure: str, also_in: Iterable[str] = ()) -> str:
    """Path of the program `name`; where there is none the test is skipped by name, or fails."""
    path = find_program(name, also_in)
    require(name, found=path is not None, cure=cure)
    return str(path)


def require(name: str, *, found: bool, cure: str) -> None:
    """Go on only if `found`: else skip the test naming `name` and `cure`, or fail it if strict."""
    if found:
        return
    sentence = f"{WANT}{name}{CURE}{cure}"
    if os.environ.get(STRICT) == "1":
        pytest.fail(f"could not run {sentence}", pytrace=False)
    pytest.skip(sentence)


def find_program(name: str, also_in: Iterable[str] = ()) -> str | None:
    """Path of the program on PATH, else in the newest folder that a pattern matches, else None."""
    beside = [
        folder
        for pattern in also_in
        for folder in sorted(glob.glob(pattern), reverse=True)  # noqa: PTH207 - absolute patterns
    ]
    return shutil.which(name) or shutil.which(name, path=os.pathsep.join(beside) or os.devnull)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say one line for each program that was missing."""
    reports = terminalreporter.stats.get("skipped", [])
    missing = Counter(filter(None, (_wanted(report) for report in reports)))
    if not missing:
        return
    terminalreporter.section("could not run")
    for sentence, tests in sorted(missing.items()):
        terminalreporter.write_line(f"NOT RUN: {tests} test(s) {sentence}")


def _wanted(report: pytest.TestReport | pytest.CollectReport) -> str | None:
    """The sentence of `require` in a skip report, None for skips of another kind."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
    _, want, sentence = reason.partition(WANT)
    return f"{want}{sentence}" if CURE in sentence else None
