"""The tape of a connection: every line, who said it and when, secrets masked."""

import time
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

Speaker = Literal["client", "server", "inbox"]
_LONGEST_LINE = 1000
_MOST_LINES = 2000


class Line(NamedTuple):
    """One line: milliseconds since the connection opened, who spoke, and the words."""

    at: float
    speaker: Speaker
    text: str
    injected: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The line as the API shows it."""
        return {
            "at": round(self.at, 1),
            "from": self.speaker,
            "text": self.text,
            "injected": self.injected,
        }


class Tape:
    """Records one connection; `masking` hides what the client says while it gives a password."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self.lines: list[Line] = []
        self.masking = False

    def client(self, line: bytes) -> None:
        """Record what the client said."""
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        self._add("client", _masked(text, whole=self.masking))

    def server(self, text: str, injected: str | None = None) -> None:
        """Record what we answered, and which fault made us."""
        self._add("server", text, injected)

    def note(self, text: str, injected: str | None = None) -> None:
        """Record what happened without words: a pause, a dropped connection, a mail's content."""
        self._add("inbox", text, injected)

    def _add(self, speaker: Speaker, text: str, injected: str | None = None) -> None:
        if len(self.lines) < _MOST_LINES:
            at = (self._clock() - self._began) * 1000
            self.lines.append(Line(at, speaker, text[:_LONGEST_LINE], injected))


def _masked(text: str, *, whole: bool) -> str:
    if whole:
        return "********"
    words = text.split(maxsplit=2)
    if len(words) == 3 and words[0].upper() == "AUTH":
        return f"{words[0]} {words[1]} ********"
    return text
