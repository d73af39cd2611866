"""Mailpit's chaos: three triggers, each a code and a probability in percent."""

import random
from dataclasses import dataclass, replace

from mock_smtp.smtp.faults import Stage


@dataclass(frozen=True)
class Trigger:
    """How likely a stage refuses, and with which code."""

    code: int
    probability: int = 0


TRIGGERS: dict[str, tuple[Stage, Trigger]] = {
    "Sender": ("mail", Trigger(451)),
    "Recipient": ("rcpt", Trigger(451)),
    "Authentication": ("auth", Trigger(535)),
}


class Chaos:
    """The triggers in force; every command throws its own dice."""

    def __init__(self) -> None:
        self._random = random.SystemRandom()
        self.triggers = {name: trigger for name, (_, trigger) in TRIGGERS.items()}

    def set(self, name: str, code: int, probability: int) -> None:
        """Put one trigger in force; code 0 means its usual code."""
        usual = TRIGGERS[name][1]
        self.triggers[name] = replace(usual, code=code or usual.code, probability=probability)

    def refusal(self, stage: Stage) -> str | None:
        """The reply, if the dice of the stage's trigger say so."""
        for name, (where, _) in TRIGGERS.items():
            trigger = self.triggers[name]
            if where == stage and self._random.randrange(100) < trigger.probability:
                return f"{trigger.code} Chaos {name.lower()} error"
        return None

    def to_json(self) -> dict[str, dict[str, int]]:
        """The triggers as Mailpit shows them."""
        return {
            name: {"ErrorCode": trigger.code, "Probability": trigger.probability}
            for name, trigger in self.triggers.items()
        }
