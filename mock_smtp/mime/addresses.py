"""Address lists: names and addresses as far as they can be told apart."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from mock_smtp.mime.headers import decoded

MOST = 10_000
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*(?P<end>[()])?", re.DOTALL)
_ANGLE = re.compile(r"<[^>]*>")
_PLAIN = re.compile(r'[^,;:"(<]+')
_ESCAPED = re.compile(r"\\(.)")


class Address(NamedTuple):
    """A display name and an address; either may be empty, never both."""

    name: str
    address: str


def read_addresses(value: str) -> list[Address]:
    """Read a header such as To; group names are dropped, their members kept."""
    found: list[Address] = []
    current: list[str] = []
    for word in chain(_words(value), ","):
        if word in {",", ";"}:
            found += _address(current)
            current = []
            if len(found) >= MOST:
                break
        elif word == ":":
            current = []
        else:
            current.append(word)
    return found


def _words(value: str) -> Iterator[str]:
    """Cut a header into quoted texts, comments, addresses in angles, signs and the rest.

    Each letter is looked at once or twice: once it is known that no quote or angle closes any
    more it is not looked for again, else a header full of open ones would take minutes.
    """
    at, closing = 0, {'"': _QUOTED, "<": _ANGLE}
    while at < len(value):
        letter = value[at]
        if letter == "(":
            comment = _COMMENT.match(value, at)
            assert comment is not None  # noqa: S101 - it begins with the letter that is there
            closed = comment["end"] == ")"
            yield from [comment[0]] if closed else ["(", comment[0][1:].removesuffix("(")]
            at = comment.end() - (comment["end"] == "(")
            continue
        match = closing.get(letter, _PLAIN).match(value, at)
        if match is None:
            closing.pop(letter, None)
        yield match[0] if match else letter
        at = match.end() if match else at + 1


def read_address(value: str) -> Address:
    """The first address of a header; text without any becomes a name alone."""
    return next(iter(read_addresses(value)), Address(decoded(value.strip()), ""))


def _address(tokens: list[str]) -> list[Address]:
    tokens = [token for token in tokens if token]
    angle = next((token for token in tokens if token[0] == "<" and len(token) > 1), None)
    words = [token for token in tokens if token is not angle and token[0] != "("]
    if angle is not None:
        return [Address(_plain(words), angle.strip("<>").strip())]
    text = "".join(words).strip()
    if not text:
        return []
    if "@" not in text or " " in text:
        return [Address(_plain(words), "")]
    comment = next((token for token in tokens if token[0] == "(" and len(token) > 1), "()")
    return [Address(decoded(comment[1:-1].strip()), text)]


def _plain(words: list[str]) -> str:
    unquoted = "".join(
        _ESCAPED.sub(r"\1", word[1:-1]) if word[0] == '"' and len(word) > 1 else word
        for word in words
    )
    return " ".join(decoded(unquoted.strip()).split())
