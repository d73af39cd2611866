"""The few lines of evidence that fit on a screen: what was asked, answered and written."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

LOG_LINES = 5
"""Of a service that ended by itself; others show fewer."""
_TITLE = re.compile(r"<title>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_FRAME = re.compile(r'^\s*File "(?P<path>[^"]+)", line (?P<line>\d+)')


def compact(row: Mapping[str, Any], *, width: int, folder: str = "") -> list[str]:
    """At most seven lines, none wider than `width`; `folder` is left out of paths."""
    lines = _log_of_crash(row) if row["verdict"] == "crashed" else _exchange(row)
    short = [line.replace(folder.rstrip("/\\") + "/", "") if folder else line for line in lines]
    return [cut(line, width) for line in short]


def cut(line: str, width: int) -> str:
    """The line, or its beginning and a sign that more follows; nothing that moves a cursor."""
    clean = "".join(one if one.isprintable() else " " for one in line)
    return clean if len(clean) <= width else clean[: width - 1] + "…"


def _log_of_crash(row: Mapping[str, Any]) -> list[str]:
    return [f"│ {line}" for line in telling(str(row["params"].get("log", "")))]


def telling(log: str) -> list[str]:
    """The lines of a log that say most: of a traceback, the last frame of one's own and the end."""
    lines = [line.rstrip() for line in log.splitlines() if line.strip(" ^~\t\r")]
    own = [number for number, line in enumerate(lines) if _is_own(line)]
    if not own or own[-1] >= len(lines) - LOG_LINES:
        return lines[-LOG_LINES:]
    return [*lines[own[-1] : own[-1] + 2], *_end_of_traceback(lines[own[-1] :])]


def _end_of_traceback(lines: list[str]) -> list[str]:
    """The exception itself: the first line behind the frames that is not indented."""
    return [line for line in lines if not line.startswith(" ")][:1] or lines[-1:]


def _is_own(line: str) -> bool:
    """Whether it is a frame of code that nobody installed."""
    frame = _FRAME.match(line)
    if frame is None:
        return False
    installed = ("site-packages", "/lib/python", "\\Lib\\", "<frozen", "<string>")
    return not any(part in frame["path"] for part in installed)


def _exchange(row: Mapping[str, Any]) -> list[str]:
    evidence = row["evidence"]
    entries = evidence.get("entries", [])
    log = [f"│ {line}" for line in telling("\n".join(evidence.get("log", [])))]
    if not entries:
        return log
    entry = entries[-1]
    failed = not entry["response"] or entry["response"]["status"] >= 500
    return [*_asked(entry["request"]), *_answered(entry), *(log if failed else [])]


def _asked(request: Mapping[str, Any]) -> list[str]:
    parts = urlsplit(request["url"])
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return [" ".join(filter(None, ["→", request["method"], path, one_line(request["text"])]))]


def _answered(entry: Mapping[str, Any]) -> list[str]:
    response = entry["response"]
    if response is None:
        return [f"← {entry['trouble']}"]
    kind = response["headers"].get("content-type", "").partition(";")[0]
    head = " · ".join(filter(None, [f"← {response['status']}", kind, f"{response['ms']} ms"]))
    return [f"{head}  {gist(response['text'])}"]


def gist(text: str) -> str:
    """What an answer says, on one line: a page by its title."""
    title = _TITLE.search(text)
    return one_line(" ".join(title[1].split()) if title else text)


def one_line(text: str) -> str:
    """JSON as a person would write it, other text with its lines joined."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return " ".join(text.split())
    return json.dumps(said, ensure_ascii=False)
