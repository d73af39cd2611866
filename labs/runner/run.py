"""One run of the judge: from what was asked to every result, through one pytest session."""

import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from labs.runner.course import Check, Course, Stage
from labs.runner.evidence import Evidence
from labs.runner.machine import measure_factor
from labs.runner.manifest import Manifest
from labs.runner.plan import plan
from labs.runner.plugin import JudgePlugin, Listener
from labs.runner.rig import Rig
from labs.runner.stand.environment import kit_python
from labs.runner.stand.remote import RemoteRig, observable
from labs.runner.verdicts import Result, Verdict

OPTIONS = (
    "-c", os.devnull, "-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:logging",
    "-p", "no:faulthandler", "-p", "no:unraisableexception", "-p", "no:threadexception",
    "--import-mode=importlib", "-o", "python_files=checks.py", "--assert=plain", "-s",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What one `check` is asked to do."""

    manifest: Manifest
    stage: Stage
    solo: bool = False
    profile: str = "kit"
    stop_at_red: bool = False
    nets: bool = True
    seed: int | None = None
    factor: float | None = None
    python: str = ""
    url: str = ""
    """Of a service that runs already; only what can be observed from outside is checked."""
    smtp_seen: str = ""
    """Of the inbox that such a service sends to."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The results of one run in the order in which the checks ran."""

    stage: Stage
    profile: str
    factor: float
    seed: int
    results: Sequence[Result]
    redis: str = ""

    @property
    def first_red(self) -> Result | None:
        """The red check that a student should look at first."""
        return next((one for one in self.results if one.verdict.is_red), None)

    @property
    def verdict(self) -> str:
        """`green`, `red`, or `error` when a check of ours broke."""
        if any(one.verdict is Verdict.CHECKER_ERROR for one in self.results):
            return "error"
        return "red" if self.first_red else "green"

    @property
    def exit_code(self) -> int:
        """0 green, 1 red, 2 our fault."""
        return {"green": 0, "red": 1, "error": 2}[self.verdict]


class Quiet:
    """A listener that says nothing."""

    def starts(self, check: Check) -> None:
        """Say nothing."""

    def ended(self, check: Check, result: Result, evidence: Evidence) -> None:
        """Say nothing."""


def judge(
    course: Course,
    wanted: Wanted,
    listener: Listener | None = None,
    *,
    announce: Callable[[float, int], None] = lambda _factor, _seed: None,
) -> Judgement:
    """Run the checks that are wanted; every process is ended before this returns."""
    factor = wanted.factor or measure_factor()
    seed = random.SystemRandom().getrandbits(32) if wanted.seed is None else wanted.seed
    announce(factor, seed)
    checks = plan(
        course, wanted.stage, solo=wanted.solo, brief=wanted.profile == "brief", nets=wanted.nets
    )
    rig = _rig(wanted, checks, factor, seed)
    may = observable(wanted.smtp_seen) if wanted.url else lambda _check: True
    plugin = JudgePlugin(
        course, checks, rig, listener or Quiet(), may=may, stop_at_red=wanted.stop_at_red
    )
    try:
        run_session(course, checks, plugin)
    finally:
        rig.close()
    return Judgement(
        stage=wanted.stage,
        profile=wanted.profile,
        factor=factor,
        seed=seed,
        results=list(plugin.results.values()),
        redis=rig.witness.redis_kind(),
    )


def _rig(wanted: Wanted, checks: Sequence[Check], factor: float, seed: int) -> Rig:
    current = wanted.stage.number
    if wanted.url:
        return RemoteRig(
            url=wanted.url,
            smtp_seen=wanted.smtp_seen,
            factor=factor,
            seed=seed,
            current=current,
            manifest=wanted.manifest,
        )
    return Rig(
        manifest=wanted.manifest,
        python=wanted.python or kit_python(),
        factor=factor,
        seed=seed,
        mails=any("inbox" in check.needs for check in checks),
        current=current,
    )


def run_session(course: Course, checks: Sequence[Check], plugin: JudgePlugin) -> None:
    """One pytest session over the files of these checks; a file that cannot be read raises."""
    numbers = {check.stage for check in checks}
    files = [stage.checks_file for stage in course.stages if stage.number in numbers]
    with _without_plugins():
        code = pytest.main([*OPTIONS, *map(str, files)], plugins=[plugin])
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED, 1, 2}:
        raise RuntimeError(f"pytest ended with {code}")
    if plugin.interrupted:
        raise KeyboardInterrupt
    _require_all_functions(checks, plugin, files)


def _require_all_functions(
    checks: Sequence[Check], plugin: JudgePlugin, files: Sequence[Path]
) -> None:
    missing = [check.key for check in checks if check.key not in plugin.results]
    stopped = any(result.verdict.is_red for result in plugin.results.values())
    if missing and not stopped:
        raise RuntimeError(f"No function for {', '.join(missing)} in {', '.join(map(str, files))}")


@contextmanager
def _without_plugins() -> Iterator[None]:
    """Keep what else is installed out of the judge's session: pytest-django would want settings."""
    name = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
