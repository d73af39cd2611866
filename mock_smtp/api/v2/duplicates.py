"""`/api/v2/duplicates`: mails that came more than once, and how the copies differ."""

from typing import Any, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mock_smtp.api.requests import BadRequestError, id_from, inbox_of
from mock_smtp.story.duplicates import By, difference, duplicates


async def listed(request: Request) -> Response:
    """Groups by Message-ID, by content, or by a header such as an idempotency key."""
    by, header = (
        request.query_params.get("by", "message-id"),
        request.query_params.get("header", ""),
    )
    if by not in {"message-id", "content", "header"}:
        raise BadRequestError("by must be message-id, content or header.", "by")
    if (by == "header") != bool(header):
        raise BadRequestError("header names the header for by=header, and only there.", "header")
    groups = await inbox_of(request).mailbox.ask(
        lambda rows: duplicates(rows, cast(By, by), header)
    )
    return JSONResponse(
        [
            {"key": group.key, "count": len(group.ids), "messages": [str(id_) for id_ in group.ids]}
            for group in groups
        ]
    )


async def compared(request: Request) -> Response:
    """The lines in which two mails differ; none means they are byte for byte the same text."""
    one, other = (_id(request, name) for name in ("a", "b"))
    lines = await inbox_of(request).mailbox.ask(lambda rows: difference(rows, one, other))
    if lines is None:
        raise HTTPException(404, "One of the two mails is not there.")
    answer: dict[str, Any] = {"a": str(one), "b": str(other), "same": not lines, "diff": lines}
    return JSONResponse(answer)


def _id(request: Request, name: str) -> int:
    number = id_from(request.query_params.get(name, ""))
    if number is None:
        raise BadRequestError(f"{name} must be the id of a mail.", name)
    return number
