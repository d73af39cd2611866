"""Address lists: names and addresses as far as they can be told apart."""

import re
from typing import NamedTuple

from mock_smtp.mime.headers import decoded

_ITEM = re.compile(r'"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.)*\)|<[^>]*>|[^,;:"(<]+|[,;:"(<]')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")


class Address(NamedTuple):
    """A display name and an address; either may be empty, never both."""

    name: str
    address: str


def read_addresses(value: str) -> list[Address]:
    """Read a header such as To; group names are dropped, their members kept."""
    found: list[Address] = []
    current: list[str] = []
    for word in [*_ITEM.findall(value), ","]:
        if word in {",", ";"}:
            found += _address(current)
            current = []
        elif word == ":":
            current = []
        else:
            current.append(word)
    return found


def read_address(value: str) -> Address:
    """The first address of a header; text without any becomes a name alone."""
    return next(iter(read_addresses(value)), Address(decoded(value.strip()), ""))


def _address(tokens: list[str]) -> list[Address]:
    angle = next((token for token in tokens if token[0] == "<" and len(token) > 1), None)
    words = [token for token in tokens if token is not angle]
    if angle is not None:
        name = _plain("".join(token for token in words if token[0] != "("))
        return [Address(name, angle.strip("<>").strip())]
    text = "".join(token for token in words if token[0] != "(").strip()
    if not text:
        return []
    if "@" not in text or " " in text:
        return [Address(_plain(text), "")]
    comment = next((token for token in words if token[0] == "(" and len(token) > 1), "()")
    return [Address(decoded(comment[1:-1].strip()), text)]


def _plain(text: str) -> str:
    unquoted = _QUOTED.sub(lambda match: _ESCAPED.sub(r"\1", match[1]), text)
    return " ".join(decoded(unquoted.strip()).split())
