"""Header lines: cut from the source, unfolded, and decoded as far as they can be."""

import re
from email.errors import HeaderParseError
from email.header import decode_header
from typing import NamedTuple

_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_END = re.compile(rb"\r?\n\r?\n")
_NAME = re.compile(rb"[!-9;-~]+")


# Python's decoder takes a time that grows with the square of the length.
_LONGEST_ENCODED = 8 * 1024


class Header(NamedTuple):
    """One header as it was sent: its name, and its value unfolded but not decoded."""

    name: str
    value: str


class Block(NamedTuple):
    """The headers of a mail or part, where its body begins, and the lines that were no header."""

    headers: list[Header]
    body: int
    strays: int


def read_headers(source: bytes, start: int = 0, end: int | None = None) -> Block:
    """Cut the header block that begins at `start`; lines without a name are counted, not raised."""
    stop = len(source) if end is None else end
    if source.startswith((b"\r\n", b"\n"), start):
        return Block([], start + (2 if source.startswith(b"\r\n", start) else 1), 0)
    gap = _END.search(source, start, stop)
    head = source[start : gap.start() if gap else stop]
    lines = _FOLD.sub(b"", head).splitlines()
    headers = [header for line in lines if (header := _header(line))]
    return Block(headers, gap.end() if gap else stop, len(lines) - len(headers))


def _header(line: bytes) -> Header | None:
    name, colon, value = line.partition(b":")
    name = name.rstrip(b" \t")
    if not colon or not _NAME.fullmatch(name):
        return None
    return Header(name.decode("ascii"), as_text(value.strip()))


def as_text(raw: bytes) -> str:
    """Read bytes that nobody declared: UTF-8 where it is that, Latin-1 where it is not."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def without_surrogates(text: str) -> str:
    """Replace what cannot be written as UTF-8, so that JSON and SQLite accept the text."""
    return text.encode("utf-8", "replace").decode("utf-8")


def first(headers: list[Header], name: str) -> str:
    """The raw value of the first header of that name, or an empty string."""
    wanted = name.lower()
    return next((header.value for header in headers if header.name.lower() == wanted), "")


def subject_of(source: bytes) -> str:
    """The decoded subject of a mail of which perhaps only the beginning is there."""
    return decoded(first(read_headers(source).headers, "Subject"))


def decoded(value: str) -> str:
    """Decode the encoded words of RFC 2047; a word that cannot be decoded stays as it was sent."""
    if "=?" not in value or len(value) > _LONGEST_ENCODED:
        return without_surrogates(value)
    try:
        words = decode_header(value)
    except (HeaderParseError, ValueError):
        return without_surrogates(value)
    return without_surrogates("".join(_word(raw, charset) for raw, charset in words))


def _word(raw: bytes | str, charset: str | None) -> str:
    if isinstance(raw, str):
        return raw
    try:
        # Without a charset the bytes came out of `raw-unicode-escape`, header text as it stood.
        return raw.decode(charset or "latin-1", "replace")
    except (LookupError, ValueError):
        return as_text(raw)
