"""How a check ended, as the result of it: from what it raised, or from why it did not run."""

import traceback
from typing import Any

from labs.runner.course import Check
from labs.runner.verdicts import (
    Crashed,
    NoAnswer,
    NotApplicable,
    NotObservable,
    Outcome,
    Red,
    Result,
    TimedOut,
    Verdict,
)


def result_of(check: Check, error: BaseException) -> Result:
    """The result of a check that raised; what is no outcome is our own fault."""
    match error:
        case Crashed():
            return ended(check, Verdict.CRASHED, hint=error.hint, params=error.seen)
        case NoAnswer():
            return ended(check, Verdict.FAIL, params=error.seen, reason=error.reason)
        case Red():
            return ended(check, Verdict.FAIL, hint=error.hint, params=error.seen)
        case NotApplicable():
            return ended(check, Verdict.NOT_APPLICABLE, reason=str(error))
        case NotObservable():
            return ended(check, Verdict.NOT_OBSERVABLE, reason=str(error))
        case TimedOut():
            return ended(check, Verdict.TIMEOUT, params={"seconds": round(error.seconds)})
        case Outcome():
            raise error
        case _:
            told = "".join(traceback.format_exception(error))
            return ended(check, Verdict.CHECKER_ERROR, reason=told)


def ended(check: Check, verdict: Verdict, **rest: Any) -> Result:
    """The result of a check that ended with this verdict."""
    return Result(check.id, check.stage, check.asks, verdict, **rest)
