"""Moments and pauses, in words."""

from datetime import UTC, datetime

from mock_smtp.page.html import Markup, tag
from mock_smtp.page.texts import Texts


def moment_text(milliseconds: int) -> Markup:
    """A moment in UTC; a script puts it into the reader's own time."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    words = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    return tag("time", words, datetime=moment.isoformat(timespec="milliseconds"))


def pause_text(texts: Texts, seconds: float) -> str:
    """A pause as people say it: `40 ms`, `1.2 s`, `3 min`; clocks that went back count as 0."""
    if seconds < 1:
        return f"{max(0, round(seconds * 1000))} ms"
    if seconds < 90:
        return f"{decimal(texts, seconds)} s"
    return f"{round(seconds / 60)} min"


def decimal(texts: Texts, number: float) -> str:
    """A number with one decimal, a point or a comma in it."""
    return f"{number:.1f}".replace(".", texts("decimal"))


def size_text(texts: Texts, size: int) -> str:
    """A size as people say it: `812 B`, `1.5 kB`, `2.0 MB`."""
    if size < 1000:
        return f"{size} B"
    return f"{decimal(texts, size / 1000)} kB" if size < 1e6 else f"{decimal(texts, size / 1e6)} MB"
