"""Finding the mail a request names: by id, or `latest`, perhaps the latest of a search."""

from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request

from mock_smtp.api.conditions import asked_condition
from mock_smtp.api.requests import id_from, inbox_of
from mock_smtp.store import questions
from mock_smtp.store.rows import Summary


class StoredMail(NamedTuple):
    """A mail's row and its source."""

    row: Summary
    source: bytes


async def found_id(request: Request) -> int:
    """The id a request names; raises 404 where `latest` finds nothing."""
    text = request.path_params["id"]
    number = await _latest(request) if text == "latest" else id_from(text)
    if number is None:
        raise HTTPException(404, "Message not found" if text == "latest" else None)
    return number


async def found_source(request: Request) -> tuple[int, bytes]:
    """The id and source of the mail a request names; raises 404."""
    number = await found_id(request)
    source = await inbox_of(request).mailbox.ask(lambda rows: questions.source(rows, number))
    if source is None:
        raise HTTPException(404)
    return number, source


async def found_mail(request: Request) -> StoredMail:
    """The row and source of the mail a request names; raises 404."""
    number, source = await found_source(request)
    row = await inbox_of(request).mailbox.ask(lambda rows: questions.summary(rows, number))
    if row is None:
        raise HTTPException(404)
    return StoredMail(row, source)


async def _latest(request: Request) -> int | None:
    mailbox = inbox_of(request).mailbox
    if request.query_params.get("query", "").strip():
        condition = asked_condition(request)
        return await mailbox.search(lambda rows: questions.newest_id(rows, condition))
    return await mailbox.ask(questions.newest_id)
