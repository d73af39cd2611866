"""`/api/v1/search`: find and delete by Mailpit's search language."""

from sqlite3 import Connection
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from mock_smtp.api.conditions import asked_condition
from mock_smtp.api.requests import inbox_of, number_from
from mock_smtp.api.v1.shapes import Answer, summaries_json
from mock_smtp.store import questions


async def found(request: Request) -> Response:
    """The mails that match a query, newest first."""
    condition = asked_condition(request)
    start, limit = number_from(request, "start", 0), number_from(request, "limit", 50)

    def question(rows: Connection) -> dict[str, Any]:
        return summaries_json(
            questions.page(rows, condition, start=start, limit=limit),
            mailbox=questions.totals(rows),
            matches=questions.totals(rows, condition),
            start=start,
            tags=questions.tags(rows),
        )

    return Answer(await inbox_of(request).mailbox.search(question))


async def deleted(request: Request) -> Response:
    """Delete every mail that matches a query."""
    mailbox = inbox_of(request).mailbox
    await mailbox.forget(await mailbox.matching(asked_condition(request)))
    return PlainTextResponse("ok")
