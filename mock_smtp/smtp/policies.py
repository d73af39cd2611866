"""Named policies: what real servers do, with a memory; each is off until it is switched on."""

import random
import time
from collections.abc import Callable
from typing import Any, Protocol

from mock_smtp.smtp.faults import Stage, Visit, fits_address


class Policy(Protocol):
    """Answers a refusal, or None to let the visit pass."""

    def refusal(self, visit: Visit, peer: str) -> str | None:
        """The reply for a visit that is not let pass."""

    def to_json(self) -> dict[str, Any]:
        """The settings it was switched on with."""


class Greylisting:
    """Refuses a new triple of peer, sender and recipient until `seconds` have gone by."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._first: dict[tuple[str, str, str], float] = {}

    def refusal(self, visit: Visit, peer: str) -> str | None:
        """451 at RCPT until the triple is old enough."""
        if visit.stage != "rcpt":
            return None
        triple = (peer, visit.sender.lower(), visit.recipients[0].lower())
        first = self._first.setdefault(triple, self._clock())
        if self._clock() - first >= self.seconds:
            return None
        return "451 4.7.1 Greylisted, come again later"

    def to_json(self) -> dict[str, Any]:
        """Its settings."""
        return {"seconds": self.seconds}


class RateLimit:
    """Lets a peer begin `messages` mails per `seconds`; beyond that it is sent away."""

    def __init__(
        self, messages: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.messages, self.seconds = messages, seconds
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def refusal(self, visit: Visit, peer: str) -> str | None:
        """421 at MAIL, which closes the connection, once the bucket is empty."""
        if visit.stage != "mail":
            return None
        now = self._clock()
        left, last = self._buckets.get(peer, (float(self.messages), now))
        left = min(self.messages, left + (now - last) * self.messages / self.seconds)
        self._buckets[peer] = (left - 1 if left >= 1 else left, now)
        return None if left >= 1 else "421 4.7.0 Too many mails, come again later"

    def to_json(self) -> dict[str, Any]:
        """Its settings."""
        return {"messages": self.messages, "seconds": self.seconds}


class MailboxFull:
    """Refuses recipients whose mailbox is said to be full."""

    def __init__(self, to: str) -> None:
        self.to = to

    def refusal(self, visit: Visit, peer: str) -> str | None:  # noqa: ARG002 - the same for every peer
        """452 at RCPT for the recipients it was switched on for."""
        if visit.stage != "rcpt" or not fits_address(self.to, visit.recipients):
            return None
        return "452 4.2.2 Mailbox full"

    def to_json(self) -> dict[str, Any]:
        """Its settings."""
        return {"to": self.to}


class Dice:
    """Refuses a share of the visits to one stage; the same seed refuses the same ones."""

    def __init__(self, stage: Stage, code: int, percent: float, seed: int) -> None:
        self.stage, self.code, self.percent, self.seed = stage, code, percent, seed
        self._random = random.Random(seed)  # noqa: S311 - it is to be repeatable

    def refusal(self, visit: Visit, peer: str) -> str | None:  # noqa: ARG002 - the same for every peer
        """The code, if the throw says so."""
        if visit.stage != self.stage or self._random.random() * 100 >= self.percent:
            return None
        return f"{self.code} Refused by the dice"

    def to_json(self) -> dict[str, Any]:
        """Its settings."""
        return {
            "stage": self.stage,
            "code": self.code,
            "percent": self.percent,
            "seed": self.seed,
        }


class Policies:
    """The policies that are switched on, by name; the first to refuse answers."""

    def __init__(self) -> None:
        self._on: dict[str, Policy] = {}

    def switch_on(self, name: str, policy: Policy) -> None:
        """Put a policy in force, in place of an earlier one of its name."""
        self._on[name] = policy

    def switch_off(self, name: str) -> bool:
        """End a policy; says whether it was on."""
        return self._on.pop(name, None) is not None

    def clear(self) -> None:
        """End all policies."""
        self._on.clear()

    def refusal(self, visit: Visit, peer: str) -> tuple[str, str] | None:
        """The name of the policy that refuses and its reply, or None."""
        for name, policy in self._on.items():
            reply = policy.refusal(visit, peer)
            if reply is not None:
                return name, reply
        return None

    def to_json(self) -> dict[str, dict[str, Any]]:
        """The settings of every policy in force."""
        return {name: policy.to_json() for name, policy in self._on.items()}
