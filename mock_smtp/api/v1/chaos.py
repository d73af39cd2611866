"""`/api/v1/chaos`: Mailpit's three dice, always available."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mock_smtp.api.requests import BadRequestError, inbox_of, lower_keys, read_object
from mock_smtp.api.v1.shapes import Answer
from mock_smtp.smtp.chaos import TRIGGERS


async def shown(request: Request) -> Response:
    """The triggers in force."""
    return Answer(inbox_of(request).troubles.chaos.to_json())


async def changed(request: Request) -> Response:
    """Replace all triggers; one that is not given returns to its usual code and never."""
    content = await read_object(request)
    asked = {name: _trigger(content.get(name.lower())) for name in TRIGGERS}
    chaos = inbox_of(request).troubles.chaos
    for name, (code, probability) in asked.items():
        chaos.set(name, code, probability)
    return Answer(chaos.to_json())


def _trigger(content: Any) -> tuple[int, int]:
    if content is None:
        return 0, 0
    if not isinstance(content, dict):
        raise BadRequestError("a trigger must be an object")
    fields = lower_keys(content)
    code, probability = fields.get("errorcode", 0), fields.get("probability", 0)
    if type(code) is not int or (code and not 400 <= code <= 599):
        raise BadRequestError("error code must be between 400 and 599")
    if type(probability) is not int or not 0 <= probability <= 100:
        raise BadRequestError("probability must be between 0 and 100")
    return code, probability
