"""Scripted faults: ordered, counted, scoped. Each visit to a stage meets at most one of them."""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Stage = Literal["connect", "helo", "auth", "mail", "rcpt", "data", "after-store"]
Action = Literal["reply", "drop", "delay", "throttle"]
STAGES: tuple[Stage, ...] = get_args(Stage)
ACTIONS: tuple[Action, ...] = get_args(Action)

DEFAULT_CODES: dict[Stage, int] = {"connect": 421, "helo": 421, "auth": 535}
KNOWN_AT: dict[Stage, frozenset[str]] = {
    "connect": frozenset(),
    "helo": frozenset(),
    "auth": frozenset(),
    "mail": frozenset({"from"}),
    "rcpt": frozenset({"from", "to"}),
    "data": frozenset({"from", "to", "subject"}),
    "after-store": frozenset({"from", "to", "subject"}),
}


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What is known when a stage is reached.

    A mail's content is visited twice: while it is being read (`reading`), where only a throttle
    can befall it, and once it is there.
    """

    stage: Stage
    reading: bool = False
    sender: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class Script:
    """What a fault does, where, how often, and to whom; `times` 0 means for ever."""

    stage: Stage
    action: Action
    code: int = 451
    seconds: float = 0.0
    times: int = 1
    match: dict[str, str] = field(default_factory=dict)

    def fits(self, visit: Visit) -> bool:
        """Whether this fault concerns the visit."""
        return (
            visit.stage == self.stage
            and visit.reading == (self.stage == "data" and self.action == "throttle")
            and fits_address(self.match.get("from"), [visit.sender])
            and fits_address(self.match.get("to"), visit.recipients)
            and _fits_text(self.match.get("subject"), visit.subject)
        )


@dataclass(kw_only=True)
class Fault:
    """A script with its place in the order and the count of visits it has met."""

    id: str
    script: Script
    hits: int = 0

    @property
    def remaining(self) -> int | None:
        """How many visits it will still meet; None for one that lasts for ever."""
        return self.script.times - self.hits if self.script.times else None

    def to_json(self) -> dict[str, Any]:
        """The fault as the API shows it."""
        script = self.script
        return {
            "id": self.id,
            "stage": script.stage,
            "action": script.action,
            "code": script.code if script.action == "reply" else None,
            "seconds": script.seconds if script.action in {"delay", "throttle"} else None,
            "times": script.times,
            "remaining": self.remaining,
            "hits": self.hits,
            "match": script.match,
        }


class FaultList:
    """The faults in the order they were added; those that are used up stay to be seen."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self._waiting: list[Fault] = []
        self._numbers = itertools.count(1)

    def __iter__(self) -> Iterator[Fault]:
        return iter(list(self._faults.values()))

    def add(self, script: Script) -> Fault:
        """Append a fault behind all others."""
        fault = Fault(id=str(next(self._numbers)), script=script)
        self._faults[fault.id] = fault
        self._waiting.append(fault)
        return fault

    def take(self, visit: Visit) -> Fault | None:
        """The first fault that concerns the visit, counted as met, or None."""
        fault = next((fault for fault in self._waiting if fault.script.fits(visit)), None)
        if fault is not None:
            fault.hits += 1
            if fault.remaining == 0:
                self._waiting.remove(fault)
        return fault

    @property
    def are_waiting(self) -> bool:
        """Whether any fault may still be met."""
        return bool(self._waiting)

    def remove(self, number: str) -> bool:
        """Remove one fault; says whether it was there."""
        fault = self._faults.pop(number, None)
        if fault in self._waiting:
            self._waiting.remove(fault)
        return fault is not None

    def clear(self) -> int:
        """Remove all faults; returns how many there were."""
        count = len(self._faults)
        self._faults.clear()
        self._waiting.clear()
        return count


def fits_address(pattern: str | None, addresses: Iterable[str]) -> bool:
    """A whole address is compared whole, anything less is looked for; `*` stands for anything."""
    if pattern is None:
        return True
    local, _, domain = pattern.partition("@")
    inner = ".*".join(re.escape(piece) for piece in pattern.split("*"))
    rule = re.compile(inner if local and domain else f".*{inner}.*", re.IGNORECASE | re.DOTALL)
    return any(rule.fullmatch(address) for address in addresses)


def _fits_text(wanted: str | None, text: str) -> bool:
    return wanted is None or wanted.lower() in text.lower()
