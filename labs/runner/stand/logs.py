"""The service's log lines as a reader of logs sees them: JSON where they are JSON."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LogLine:
    """One line: `data` is the JSON object it is, None if it is something else."""

    text: str
    data: dict[str, Any] | None

    def carries(self, word: str) -> bool:
        """Whether the word stands in the line, written as JSON or plainly."""
        if word in self.text:
            return True
        return self.data is not None and word in json.dumps(self.data, ensure_ascii=False)


def parse(lines: Iterable[str]) -> list[LogLine]:
    """Each line that is not blank, parsed."""
    return [LogLine(line, _object(line)) for line in lines if line.strip()]


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
