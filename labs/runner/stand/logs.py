"""The service's log lines as a reader of logs sees them: JSON where they are JSON."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_TIME_KEY = re.compile(r"dur|elapsed|tiempo|time|ms|latency", re.IGNORECASE)


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


def joined(lines: Iterable[LogLine], written: Iterable[LogLine]) -> list[dict[str, Any]]:
    """The objects of those lines, and of all written ones that share an id with them."""
    own = [line.data for line in lines if line.data]
    ids = {value for data in own for value in _ids(data)}
    return own + [one.data for one in written if one.data and ids & set(_ids(one.data))]


def missing_of(lines: Iterable[dict[str, Any]], path: str, status: int) -> list[str]:
    """What of a request's path, status and time no line has."""
    values = [pair for line in lines for pair in _flat(line)]
    has_path = any(path in str(value) for _, value in values)
    has_status = any(str(value) == str(status) for _, value in values)
    has_time = any(_is_time(key, value) for key, value in values)
    found = {"path": has_path, f"status {status}": has_status, "time": has_time}
    return [name for name, present in found.items() if not present]


def _ids(data: dict[str, Any]) -> list[str]:
    """Values that name a request: those under a key that ends in id."""
    return [str(value) for key, value in data.items() if key.lower().endswith("id") and value]


def _flat(value: Any, key: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [pair for name, one in value.items() for pair in _flat(one, str(name))]
    if isinstance(value, list):
        return [pair for one in value for pair in _flat(one, key)]
    return [(key, value)]


def _is_time(key: str, value: Any) -> bool:
    """Whether a key speaks of how long it took, and not of when."""
    if not _TIME_KEY.search(key) or "stamp" in key.lower() or isinstance(value, bool):
        return False
    try:
        return float(str(value).removesuffix("ms").removesuffix("s")) >= 0
    except ValueError:
        return False
