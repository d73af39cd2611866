"""What the SMTP side has counted since the start."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Answered(NamedTuple):
    """A kind of reply: where, which code, and whether a fault, policy or chaos made it."""

    stage: str
    code: str
    injected: bool


@dataclass
class Counts:
    """Plain counters; only the event loop touches them."""

    connections_opened: int = 0
    connections_open: int = 0
    messages_accepted: int = 0
    messages_accepted_bytes: int = 0
    messages_refused: int = 0
    messages_unacknowledged: int = 0
    replies_4xx: int = 0
    replies_5xx: int = 0
    faults_met: int = 0
    replies: Counter[Answered] = field(default_factory=Counter)
    attempts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def replied(self, stage: str, reply: str, *, injected: bool) -> None:
        """Count one reply."""
        self.replies[Answered(stage, reply[:3], injected)] += 1
        self.replies_4xx += reply.startswith("4")
        self.replies_5xx += reply.startswith("5")

    def ended(self, outcome: str, stage: str) -> None:
        """Count one attempt."""
        self.attempts[(outcome, stage)] += 1
        self.messages_refused += outcome == "refused"
        self.messages_unacknowledged += outcome == "unacknowledged"

    def to_json(self) -> dict[str, Any]:
        """The plain counters by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, int)}
