"""The judge as a pytest plugin: collects the planned checks, runs each within its limit.

A check is a function in a stage's `checks.py`, named as its id with underscores. It returns when
the promise holds and raises an `Outcome` otherwise; anything else it raises is our own fault.
"""

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

import pytest

from labs.runner.calls import Beside, Call, Waiting
from labs.runner.course import GATE, Check, Course
from labs.runner.evidence import Evidence, gather
from labs.runner.outcome import ended, result_of
from labs.runner.rig import Rig
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import (
    Result,
    TimedOut,
    Verdict,
)

AGAIN = 2
"""How often a check is tried again because a process was killed from outside."""


class Listener(Protocol):
    """Told of each check as the session goes."""

    def starts(self, check: Check) -> None:
        """A check begins."""

    def ended(self, check: Check, result: Result, evidence: Evidence) -> None:
        """A check ended."""


class JudgePlugin:
    """Runs `checks` in order against `rig`; `results` fills as it goes."""

    def __init__(
        self,
        course: Course,
        checks: list[Check],
        rig: Rig,
        listener: Listener,
        *,
        may: Callable[[Check], bool] = lambda _check: True,
        stop_at_red: bool = False,
    ) -> None:
        self.results: dict[str, Result] = {}
        self.interrupted = False
        """Whether somebody pressed Ctrl-C."""
        self._course = course
        self._order = {check.key: index for index, check in enumerate(checks)}
        self._rig = rig
        self._listener = listener
        self._may = may
        self._stop_at_red = stop_at_red
        self._beside = Beside(rig)

    # -- what the checks may ask for ------------------------------------------------------------

    @pytest.fixture(scope="session")
    def rig(self) -> Rig:
        """The workshop."""
        return self._rig

    @pytest.fixture
    def service(self) -> Stand:
        """The shared service, up and with every gate open."""
        return self._rig.service()

    @pytest.fixture
    def marker(self) -> str:
        """A random word for this check's data."""
        return self._rig.marker()

    # -- pytest's hooks -------------------------------------------------------------------------

    def pytest_pycollect_makeitem(
        self, collector: pytest.Module, name: str, obj: object
    ) -> list[pytest.Function] | None:
        """A function is an item if the plan holds a check of its name."""
        key = self._key(collector.path, name)
        if key not in self._order:
            return []
        return list(collector._genfunctions(name, obj))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """The plan's order, whatever the files' order is."""
        items.sort(key=lambda item: self._order[self._key(item.path, item.name)])

    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run one check, judge how it ended and tell the listener."""
        check = self._course.checks[self._key(item.path, item.name)]
        self._listener.starts(check)
        result = self._skip(check)
        if result is None:
            result = self._judge(check, item, nextitem)
        else:
            item.session._setupstate.teardown_exact(nextitem)
        self.results[check.key] = result
        if check.key == GATE and result.verdict is Verdict.PASS:
            self._start_beside(item.session.items)
        evidence = gather(self._rig, result)
        self._listener.ended(check, result, evidence)
        if self._stop_at_red and result.verdict.is_red:
            item.session.shouldstop = "red"
        return True

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Remember it: pytest's own way of stopping early is reported here too."""
        self.interrupted |= not isinstance(excinfo.value, pytest.Session.Interrupted)

    # -- inside -----------------------------------------------------------------------------------

    def _start_beside(self, items: list[pytest.Item]) -> None:
        """Once the gate is open, let what shares nothing begin beside."""
        for item in items:
            check = self._course.checks[self._key(item.path, item.name)]
            if "plain-inbox" in check.needs and self._may(check):
                self._rig.plain_inbox.begin()
            if check.beside and self._may(check):
                self._beside.add(check, item.obj)  # type: ignore[attr-defined]

    def _key(self, path: Path, name: str) -> str:
        return f"{path.parent.name[:2]}:{name.replace('_', '-')}"

    def _skip(self, check: Check) -> Result | None:
        for key in (*check.depends, *check.behind):
            needed = self.results.get(key)
            if needed is None:
                continue
            if needed.verdict.is_red or needed.verdict is Verdict.SKIPPED:
                return ended(check, Verdict.SKIPPED, reason=key)
            if needed.verdict is Verdict.NOT_APPLICABLE and key in check.depends:
                return ended(check, Verdict.NOT_APPLICABLE, reason=key)
        if not self._may(check):
            return ended(check, Verdict.NOT_OBSERVABLE)
        return None

    def _judge(self, check: Check, item: Any, nextitem: pytest.Item | None) -> Result:
        """Its result; tried again where somebody else killed a process of the service meanwhile."""
        beside = self._beside.call(check)
        begun = self._beside.begun(check) or monotonic()
        self._rig.witness.begin(begun, beside=beside is not None)
        try:
            result, killed = self._attempt(check, item, beside)
            for _ in range(AGAIN):
                if result.verdict is Verdict.PASS or not killed:
                    break
                item.session._setupstate.teardown_exact(None)
                item._initrequest()
                self._rig.witness.begin(monotonic())
                result, killed = self._attempt(check, item, None)
        finally:
            item.session._setupstate.teardown_exact(nextitem)
        result.seconds = monotonic() - begun
        return result

    def _attempt(self, check: Check, item: Any, beside: Waiting | None) -> tuple[Result, bool]:
        """One attempt's result, and whether somebody killed a process during it."""
        # One that ran beside the others has begun long ago.
        before = 0 if beside else self._rig.witness.killed()
        try:
            item.session._setupstate.setup(item)
            item._request._fillfixtures()
            self._call(check, item, beside)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            result = result_of(check, self._rig.witness.as_crash(error))
        else:
            result = ended(check, Verdict.PASS)
        return result, self._rig.witness.killed() > before

    def _call(self, check: Check, item: Any, beside: Waiting | None) -> None:
        """Call the check in a thread, so that a time limit holds on every system."""
        names = item._fixtureinfo.argnames
        arguments = {name: item.funcargs[name] for name in names}
        call = beside or Call(lambda: item.obj(**arguments))
        call.start()
        limit = check.seconds * self._rig.factor
        if not call.ended_within(limit):
            self._rig.witness.interrupt()
            call.ended_within(5)
            raise TimedOut(limit)
        if call.error is not None:
            raise call.error
