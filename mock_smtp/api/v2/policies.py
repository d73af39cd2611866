"""`/api/v2/policies`: greylisting, rate limit, full mailbox and seeded dice, each on or off."""

from collections.abc import Callable
from typing import Any, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mock_smtp.api.requests import BadRequestError, inbox_of, read_body, read_json
from mock_smtp.smtp.faults import KNOWN_AT, Stage
from mock_smtp.smtp.policies import Dice, Greylisting, MailboxFull, Policy, RateLimit


async def listed(request: Request) -> Response:
    """The policies in force and their settings."""
    return JSONResponse(inbox_of(request).troubles.policies.to_json())


async def switched_on(request: Request) -> Response:
    """Put a policy in force with the settings of the body, the others at their defaults."""
    name = request.path_params["name"]
    if name not in _READERS:
        raise HTTPException(404, f"There is no such policy; known are {', '.join(_READERS)}.")
    body = await read_body(request)
    policy = _READERS[name](_Fields(read_json(body) if body.strip() else {}))
    inbox_of(request).troubles.policies.switch_on(name, policy)
    return JSONResponse({name: policy.to_json()})


async def switched_off(request: Request) -> Response:
    """End a policy."""
    if not inbox_of(request).troubles.policies.switch_off(request.path_params["name"]):
        raise HTTPException(404, "No policy of that name is in force.")
    return JSONResponse({"removed": 1})


async def cleared(request: Request) -> Response:
    """End all policies."""
    inbox_of(request).troubles.policies.clear()
    return JSONResponse({})


class _Fields:
    """The fields of a body, each asked for once; `done` refuses those nobody asked for."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._content = dict(content)

    def number(self, name: str, default: float, least: float, most: float) -> float:
        value = self._content.pop(name, default)
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        if not fits or not least <= value <= most:
            raise BadRequestError(f"{name} must be a number from {least:g} to {most:g}.", name)
        return float(value)

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        value = self.number(name, default, least, most)
        if value != int(value):
            raise BadRequestError(f"{name} must be a whole number.", name)
        return int(value)

    def text(self, name: str, default: str) -> str:
        value = self._content.pop(name, default)
        if not isinstance(value, str) or not 0 < len(value) <= 1000:
            raise BadRequestError(f"{name} must be a text.", name)
        return value

    def done(self) -> None:
        for name in self._content:
            raise BadRequestError(f"{name} is unknown for this policy.", name)


def _greylisting(fields: _Fields) -> Policy:
    seconds = fields.number("seconds", 5, 0, 86_400)
    fields.done()
    return Greylisting(seconds)


def _rate_limit(fields: _Fields) -> Policy:
    messages = fields.whole("messages", 10, 1, 1_000_000)
    seconds = fields.number("seconds", 60, 0.001, 86_400)
    fields.done()
    return RateLimit(messages, seconds)


def _mailbox_full(fields: _Fields) -> Policy:
    to = fields.text("to", "*")
    fields.done()
    return MailboxFull(to)


def _dice(fields: _Fields) -> Policy:
    stage = fields.text("stage", "data")
    if stage not in KNOWN_AT or stage == "after-store":
        raise BadRequestError("stage must be one before after-store.", "stage")
    code = fields.whole("code", 451, 400, 599)
    percent, seed = fields.number("percent", 10, 0, 100), fields.whole("seed", 1, 0, 2**53)
    fields.done()
    return Dice(cast(Stage, stage), code, percent, seed)


_READERS: dict[str, Callable[[_Fields], Policy]] = {
    "greylisting": _greylisting,
    "rate-limit": _rate_limit,
    "mailbox-full": _mailbox_full,
    "dice": _dice,
}
