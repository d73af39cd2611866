"""Values with parameters (`text/plain; charset=utf-8`), RFC 2231 forms included."""

import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from mock_smtp.mime.headers import as_text, decoded, without_surrogates

_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)')
_CONTINUED = re.compile(r"^(.+?)(?:\*(\d+))?(\*)?$")
_ESCAPED = re.compile(r"\\(.)")


_LONGEST = 16 * 1024


class Value(NamedTuple):
    """What stands before the first semicolon, and the parameters; both by lower-case name."""

    value: str
    parameters: dict[str, str]


def read_value(text: str) -> Value:
    """Split a header value from its parameters; what cannot be understood is left out."""
    text = text[:_LONGEST]
    main = text.partition(";")[0].strip().lower()
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, raw in _PARAMETER.findall(text):
        match = _CONTINUED.match(name.lower())
        if match:
            number = int(match[2] or 0) if len(match[2] or "") < 4 else 0
            pieces.setdefault(match[1], []).append((number, bool(match[3]), _unquoted(raw)))
    return Value(main, {name: _joined(parts) for name, parts in pieces.items()})


def _unquoted(raw: str) -> str:
    raw = raw.strip()
    if raw.startswith('"'):
        closed = len(raw) > 1 and raw.endswith('"')
        return _ESCAPED.sub(r"\1", raw[1:-1] if closed else raw[1:])
    return raw


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    ordered = sorted(parts, key=lambda part: part[0])
    if not any(extended for _, extended, _ in ordered):
        return decoded("".join(text for _, _, text in ordered))
    charset, rest = _charset(ordered[0][2]) if ordered[0][1] else ("utf-8", ordered[0][2])
    texts = [rest, *(text for _, _, text in ordered[1:])]
    raw = b"".join(
        unquote_to_bytes(text) if extended else text.encode("utf-8", "replace")
        for text, (_, extended, _) in zip(texts, ordered, strict=True)
    )
    return without_surrogates(_bytes_as(raw, charset))


def _charset(text: str) -> tuple[str, str]:
    charset, quote, rest = text.partition("'")
    return (charset or "utf-8", rest.partition("'")[2]) if quote else ("utf-8", text)


def _bytes_as(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset)
    except (LookupError, ValueError):
        return as_text(raw)
