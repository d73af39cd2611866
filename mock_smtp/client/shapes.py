"""What the inbox answers about faults, typed."""

from dataclasses import dataclass, field
from typing import Literal

Stage = Literal["connect", "helo", "auth", "mail", "rcpt", "data", "after-store"]
Action = Literal["reply", "drop", "delay", "throttle"]


@dataclass(frozen=True)
class Fault:
    """A fault as the inbox lists it; `remaining` is None for one that lasts for ever."""

    id: str
    stage: Stage
    action: Action
    code: int | None
    seconds: float | None
    times: int
    remaining: int | None
    hits: int
    match: dict[str, str] = field(default_factory=dict)
