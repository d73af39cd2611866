"""JSON as strict as I-JSON (RFC 7493): what two parsers could read differently is 400."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.utils.http import parse_header_parameters
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser


class StrictJSONParser(BaseParser):
    """One JSON object in UTF-8; raises ParseError (400) or UnsupportedMediaType (415)."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - DRF's signature
    ) -> dict[str, Any]:
        """The object in the body."""
        _require_utf8(media_type or "")
        try:
            found = _loads(stream.read().decode("utf-8"))
        except RecursionError:
            raise ParseError("The body is nested too deeply.") from None
        except ValueError as reason:
            raise ParseError(f"The body is not valid JSON: {_sentence(reason)}.") from None
        if not isinstance(found, dict):
            raise ParseError("The body must be a JSON object.")
        return found


def _require_utf8(media_type: str) -> None:
    """Refuse every other charset: RFC 8259, 8.1 knows none, and Python knows odd ones."""
    charset = parse_header_parameters(media_type)[1].get("charset", "utf-8")
    if charset.lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType(media_type, "Only UTF-8 is read.")


def _loads(text: str) -> Any:
    """The value of a JSON text; ValueError for anything that is not interoperable."""
    value = json.loads(
        text, object_pairs_hook=_object, parse_float=_finite, parse_constant=_no_constant
    )
    for found in _texts(value):
        # Raises UnicodeEncodeError, a ValueError, for a surrogate without its other half.
        found.encode("utf-8")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these members; which of two equal names wins is anybody's guess."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name occurs twice in one object")
    return found


def _finite(digits: str) -> float:
    """The number; 1e999 has none that another parser would agree on."""
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is out of range")
    return number


def _no_constant(name: str) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(f"{name} is not JSON")


def _texts(value: Any) -> Iterator[str]:
    """Every string inside `value`, names included."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            yield current
        elif isinstance(current, dict):
            waiting.extend([*current.keys(), *current.values()])
        elif isinstance(current, list):
            waiting.extend(current)


def _sentence(reason: ValueError) -> str:
    """What was wrong, without repeating what the client sent."""
    match reason:
        case json.JSONDecodeError():
            return f"{reason.msg} at line {reason.lineno}, column {reason.colno}"
        case UnicodeDecodeError() | UnicodeEncodeError():
            return "it holds characters that are not valid UTF-8"
    return str(reason)
