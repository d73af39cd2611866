"""What a check may end with, as exceptions that a check raises and as the verdict of a result."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """Everything that can be said of one check; only `fail`, `timeout` and `crashed` are red."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    SKIPPED = "skipped"
    NOT_APPLICABLE = "not applicable"
    NOT_OBSERVABLE = "not observable here"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    CHECKER_ERROR = "checker error"

    @property
    def is_red(self) -> bool:
        """Whether the student has something to repair."""
        return self in {Verdict.FAIL, Verdict.TIMEOUT, Verdict.CRASHED}


class Outcome(Exception):
    """Never raised itself: each child is a way for a check to end other than by returning."""


class Red(Outcome):
    """The promise is broken; `hint` is the id of the mistake that was recognised, if any.

    `seen` holds what was observed, under the names that the hint's text and the check's general
    sentence use.
    """

    def __init__(self, hint: str | None = None, /, **seen: Any) -> None:
        super().__init__(hint or "", seen)
        self.hint = hint
        self.seen = seen


class NoAnswer(Red):
    """A request was not answered: refused, cut, or not within its time."""

    def __init__(self, reason: str, /, **seen: Any) -> None:
        super().__init__(None, reason=reason, **seen)
        self.reason = reason


class Crashed(Red):
    """The service ended by itself; `code` is its exit code, `log` its last lines."""


class NotApplicable(Outcome):
    """What the check needs was not built, rightly: an extra stage, or a failure that was free."""


class NotObservable(Outcome):
    """This check cannot be made here: no engine for it, or a service that we did not start."""


class TimedOut(Outcome):
    """The check did not end within its own limit."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass
class Result:
    """How one check ended, with the evidence of it."""

    id: str
    stage: str
    asks: str
    verdict: Verdict
    hint: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    seconds: float = 0.0
    evidence: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The row of `check --json` (labs/README, section 6)."""
        return {
            "id": self.id,
            "stage": self.stage,
            "asks": self.asks,
            "verdict": str(self.verdict),
            "hint_id": self.hint,
            "params": {name: plain(value) for name, value in self.params.items()},
            "reason": self.reason,
            "seconds": round(self.seconds, 3),
            "evidence": self.evidence,
        }


def plain(value: Any) -> Any:
    """A value that JSON can carry."""
    return value if isinstance(value, str | int | float | bool | None) else str(value)
