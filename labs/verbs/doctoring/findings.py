"""One thing that was seen, how bad it is, and what to do about it."""

from dataclasses import dataclass, field
from typing import Any, Literal

from kit_commands.voice import Text

State = Literal["good", "note", "trap"]


@dataclass(frozen=True)
class Found:
    """`good` is well, `note` is worth knowing, `trap` will hurt; `id` is for programs and tests."""

    id: str
    state: State
    text: Text
    fields: dict[str, Any] = field(default_factory=dict)
