"""Reading requests: bodies within limits, numbers and ids as the API defines them."""

import json
import re
from typing import Any, NoReturn
from urllib.parse import parse_qs

from starlette.requests import HTTPConnection, Request

from mock_smtp.inbox import Inbox

_HALF_A_LETTER = re.compile("[\ud800-\udfff]")
LARGEST_BODY = 5 * 1024 * 1024


class BadRequestError(Exception):
    """The client must change its request; `field` names what to change, where it is one."""

    def __init__(self, message: str, field: str | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.status = status


def inbox_of(connection: HTTPConnection) -> Inbox:
    """The inbox this application was made for."""
    inbox: Inbox = connection.app.state.inbox
    return inbox


async def read_body(request: Request, largest: int = LARGEST_BODY) -> bytes:
    """The whole body; raises BadRequestError (413) once it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise BadRequestError("The request body is too large.", status=413)
    return bytes(body)


async def read_object(request: Request, largest: int = LARGEST_BODY) -> dict[str, Any]:
    """The body as a JSON object or form, keys in lower case; an absent body is an empty object."""
    body = await read_body(request, largest)
    if not body.strip():
        return {}
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return _form(body)
    return lower_keys(read_json(body))


def read_json(body: bytes) -> dict[str, Any]:
    """A JSON object, or BadRequestError."""
    try:
        value = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadRequestError("The body is no valid JSON.") from error
    if not isinstance(value, dict):
        raise BadRequestError("The body must be a JSON object.")
    if b"\\u" in body and _HALF_A_LETTER.search(json.dumps(value, ensure_ascii=False)):
        raise BadRequestError("The body holds half a letter (a lone surrogate).")
    return value


def lower_keys(value: dict[str, Any]) -> dict[str, Any]:
    """The same object with its own keys in lower case."""
    return {key.lower(): content for key, content in value.items()}


def number_from(request: Request, name: str, default: int) -> int:
    """A whole number of the query; what is none counts as the default, as in Mailpit."""
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def strings_from(content: dict[str, Any], name: str) -> list[str]:
    """A list of strings in an object; absent or null counts as empty."""
    value = content.get(name.lower())
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadRequestError(f"{name} must be a list of strings.", name)
    return value


def ids_from(texts: list[str]) -> list[int]:
    """The database ids among API ids; those that cannot exist are left out."""
    return [number for text in texts if (number := id_from(text)) is not None]


def id_from(text: str) -> int | None:
    """The database id of an API id, or None for one that cannot exist."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _form(body: bytes) -> dict[str, Any]:
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name.lower(): values for name, values in fields.items()}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
