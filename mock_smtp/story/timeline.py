"""The attempts of one logical mail in a row: gaps measured, behaviour judged."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from mock_smtp.smtp.ledger import Attempt
from mock_smtp.store.attempts import KeptAttempt

Verdict = Literal[
    "too-eager",
    "retried-a-5xx",
    "gave-up-on-a-4xx",
    "sent-again-after-250",
    "retried-after-lost-250",
    "delivered-after-retries",
]
_NOTICEABLE = 0.5
Curve = Literal["none", "fixed", "growing", "shrinking", "mixed"]


@dataclass(frozen=True, kw_only=True)
class Patience:
    """Where the judge draws its lines, in seconds."""

    eager: float = 1.0
    silence: float = 60.0


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Attempts from the first to the last, the pauses between them, and what they say."""

    attempts: list[KeptAttempt]
    gaps: list[float]
    curve: Curve
    verdicts: list[Verdict]


def tell(attempts: list[KeptAttempt], *, now: int, patience: Patience) -> Timeline:
    """Judge attempts that are in order; `now` is in milliseconds, as their times are."""
    pairs = list(pairwise(kept.attempt for kept in attempts))
    gaps = [(later.started - earlier.ended) / 1000 for earlier, later in pairs]
    verdicts = [
        verdict
        for (earlier, _), gap in zip(pairs, gaps, strict=True)
        for verdict in _between(earlier, gap, patience)
    ]
    verdicts += _last(attempts, now, patience)
    return Timeline(
        attempts=attempts, gaps=gaps, curve=_curve(gaps), verdicts=list(dict.fromkeys(verdicts))
    )


def is_permanent(attempt: Attempt) -> bool:
    """Whether the attempt was refused for good."""
    return attempt.outcome == "refused" and (attempt.code or 0) >= 500


def is_temporary(attempt: Attempt) -> bool:
    """Whether the attempt failed in a way that asks for another one."""
    refused = attempt.outcome == "refused" and 400 <= (attempt.code or 0) < 500
    return refused or attempt.outcome in {"dropped", "unacknowledged"}


def _between(earlier: Attempt, gap: float, patience: Patience) -> list[Verdict]:
    if earlier.outcome == "accepted":
        return ["sent-again-after-250"]
    verdicts: list[Verdict] = []
    if is_permanent(earlier):
        verdicts.append("retried-a-5xx")
    if earlier.outcome == "unacknowledged":
        verdicts.append("retried-after-lost-250")
    if gap < patience.eager:
        verdicts.append("too-eager")
    return verdicts


def _last(attempts: list[KeptAttempt], now: int, patience: Patience) -> list[Verdict]:
    if not attempts:
        return []
    last = attempts[-1].attempt
    if last.outcome == "accepted":
        failed = any(kept.attempt.outcome != "accepted" for kept in attempts)
        return ["delivered-after-retries"] if failed else []
    silent = (now - last.ended) / 1000 >= patience.silence
    return ["gave-up-on-a-4xx"] if silent and is_temporary(last) else []


def _curve(gaps: list[float]) -> Curve:
    if len(gaps) < 2 or max(gaps) < _NOTICEABLE:
        return "none"
    steps = [later / max(earlier, 0.05) for earlier, later in pairwise(gaps)]
    if all(0.75 <= step <= 1.33 for step in steps):
        return "fixed"
    if all(step > 1.33 for step in steps):
        return "growing"
    return "shrinking" if all(step < 0.75 for step in steps) else "mixed"
