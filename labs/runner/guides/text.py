"""Changing text that stands exactly once, whatever the line ends of the file."""

from collections.abc import Callable
from pathlib import Path


class NotOnce(Exception):
    """The text to change stands `times` times in the file."""

    def __init__(self, times: int) -> None:
        super().__init__(times)
        self.times = times


def plain_lines(text: str) -> str:
    """The text with line feeds only."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    """Change a file's text; it sees line feeds only, and the file keeps the line ends it had."""
    written = path.read_bytes().decode("utf-8")
    changed = change(plain_lines(written))
    if "\r\n" in written:
        changed = changed.replace("\n", "\r\n")
    path.write_bytes(changed.encode("utf-8"))


def write(path: Path, text: str) -> None:
    """Make a file, and the folders above it, with exactly this text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))


def replace_once(text: str, old: str, new: str) -> str:
    """`text` with its only `old` replaced; NotOnce if there is none or another."""
    times = text.count(old) if old else 0
    if times != 1:
        raise NotOnce(times)
    return text.replace(old, new)


def replace_lines_once(text: str, old: str, new: str) -> str:
    """The same for whole lines: `old` and `new` end in a line feed or are empty."""
    whole = text if text.endswith("\n") else text + "\n"
    return replace_once("\n" + whole, "\n" + old, "\n" + new).removeprefix("\n")
