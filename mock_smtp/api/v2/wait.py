"""`/api/v2/wait`: wait for mail on the server, and judge how many came."""

from typing import cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mock_smtp.api.conditions import condition_of
from mock_smtp.api.requests import BadRequestError, inbox_of
from mock_smtp.api.v1.shapes import summary_json
from mock_smtp.api.v2.attempts import seconds_from
from mock_smtp.store import questions
from mock_smtp.store.query import Condition
from mock_smtp.story.expectation import Expectation, How, await_expectation

_MOST_SHOWN = 1000


async def waited(request: Request) -> Response:
    """`{ok, reason, count, messages}` once `at_least`, `exactly` or `at_most` is settled.

    `exactly` and `at_most` use the whole time to be sure that no further mail comes.
    """
    expected = read_expectation(request)
    mailbox = inbox_of(request).mailbox
    finding = await await_expectation(mailbox, expected)
    marks = ",".join("?" * len(finding.ids[:_MOST_SHOWN]))
    shown = Condition(f"id IN ({marks})", tuple(finding.ids[:_MOST_SHOWN]))
    rows = await mailbox.ask(lambda rows: questions.page(rows, shown, start=0, limit=None))
    return JSONResponse(
        {
            "ok": finding.ok,
            "reason": finding.reason,
            "count": len(finding.ids),
            "messages": [summary_json(row) for row in rows],
        }
    )


def read_expectation(request: Request) -> Expectation:
    """What the query parameters ask for; without a number it is `at_least=1`."""
    given = [name for name in ("at_least", "exactly", "at_most") if name in request.query_params]
    if len(given) > 1:
        raise BadRequestError("Give only one of at_least, exactly and at_most.", given[1])
    how = given[0] if given else "at_least"
    text = request.query_params.get(how, "1")
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise BadRequestError(f"{how} must be a whole number.", how)
    return Expectation(
        condition=condition_of(request, request.query_params.get("query", "")),
        how=cast(How, how),
        count=int(text),
        within=seconds_from(request, "within", 10.0, most=300.0),
    )
