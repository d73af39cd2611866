"""`/api/v1/messages`: list, mark, delete."""

from sqlite3 import Connection
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from mock_smtp.api.conditions import condition_of, zone_of
from mock_smtp.api.requests import (
    BadRequestError,
    ids_from,
    inbox_of,
    number_from,
    read_object,
    strings_from,
)
from mock_smtp.api.v1.shapes import Answer, summaries_json
from mock_smtp.store import questions
from mock_smtp.store.moments import read_date
from mock_smtp.store.query import before


async def listed(request: Request) -> Response:
    """The newest mails; `limit=0` means all of them."""
    start, limit = number_from(request, "start", 0), number_from(request, "limit", 50)
    moment = read_date(request.query_params.get("before", ""), zone_of(request))
    condition = before(moment) if moment else questions.EVERYTHING

    def question(rows: Connection) -> dict[str, Any]:
        mailbox = questions.totals(rows)
        return summaries_json(
            questions.page(rows, condition, start=start, limit=limit or None),
            mailbox=mailbox,
            matches=mailbox,
            start=start,
            tags=questions.tags(rows),
        )

    return Answer(await inbox_of(request).mailbox.ask(question))


async def marked(request: Request) -> Response:
    """Mark mails by id, by search, or all of them."""
    mailbox = inbox_of(request).mailbox
    content = await read_object(request)
    seen, ids = _truth(content.get("read", False)), strings_from(content, "IDs")
    query = content.get("search") or ""
    if ids and query:
        raise BadRequestError("IDs and Search cannot be used together.", "IDs")
    if ids:
        await mailbox.mark(ids_from(ids), seen=seen)
    elif query:
        found = await mailbox.matching(condition_of(request, _text(query)))
        await mailbox.mark(found, seen=seen)
    else:
        await mailbox.mark_all(seen=seen)
    return PlainTextResponse("ok")


async def deleted(request: Request) -> Response:
    """Delete mails by id; no body or no ids means all."""
    mailbox = inbox_of(request).mailbox
    ids = strings_from(await read_object(request), "IDs")
    if ids:
        await mailbox.forget(ids_from(ids))
    else:
        await mailbox.forget_all()
    return PlainTextResponse("ok")


def _truth(value: object) -> bool:
    if isinstance(value, list) and len(value) == 1:
        words = {"true": True, "1": True, "false": False, "0": False}
        value = words.get(str(value[0]).lower())
    if not isinstance(value, bool):
        raise BadRequestError("Read must be true or false.", "Read")
    return value


def _text(value: object) -> str:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str):
        raise BadRequestError("Search must be a string.", "Search")
    return value
