"""Waiting for mail and judging its number: at least, exactly, at most, none."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from mock_smtp.events import TooSlowError
from mock_smtp.mailbox import Mailbox
from mock_smtp.store.query import Condition

How = Literal["at_least", "exactly", "at_most"]


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """How many mails shall match a condition within some seconds."""

    condition: Condition
    how: How
    count: int
    within: float

    def settled(self, found: int) -> bool | None:
        """Whether it is fulfilled or broken for certain before the time is over; else None."""
        if self.how == "at_least":
            return True if found >= self.count else None
        return False if found > self.count else None

    def fulfilled(self, found: int) -> bool:
        """Whether it is fulfilled once the time is over."""
        verdicts = {
            "at_least": found >= self.count,
            "exactly": found == self.count,
            "at_most": found <= self.count,
        }
        return verdicts[self.how]


@dataclass(frozen=True)
class Finding:
    """How it ended: fulfilled or not, the ids that matched, and the sentence that says why."""

    ok: bool
    ids: list[int]
    reason: str


async def await_expectation(mailbox: Mailbox, expected: Expectation) -> Finding:
    """Wait until an expectation is settled or its time is over, without polling."""
    clock = asyncio.get_running_loop()
    end = clock.time() + expected.within
    with mailbox.hub.listening() as listener:
        while True:
            ids = await mailbox.matching(expected.condition)
            verdict = expected.settled(len(ids))
            left = end - clock.time()
            if verdict is None and left <= 0:
                verdict = expected.fulfilled(len(ids))
            if verdict is not None:
                return Finding(verdict, ids, _reason(expected, len(ids), max(0.0, left)))
            try:
                await asyncio.wait_for(listener.next(), left)
            except (TimeoutError, TooSlowError):
                continue


def _reason(expected: Expectation, found: int, left: float) -> str:
    wanted = f"{expected.how.replace('_', ' ')} {expected.count} within {expected.within:g} s"
    return f"wanted {wanted}; {found} matched after {expected.within - left:.1f} s"
