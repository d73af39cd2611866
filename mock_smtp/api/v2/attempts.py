"""`/api/v2/attempts`, `/messages/{id}/transcript`, `/timelines`: what clients did."""

import time

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mock_smtp.api.lookup import found_id
from mock_smtp.api.requests import BadRequestError, id_from, inbox_of, number_from
from mock_smtp.api.v2.shapes import attempt_json, timeline_json, transcript_json
from mock_smtp.store.attempts import attempts, attempts_for_mail, attempts_for_message
from mock_smtp.story.timeline import Patience, tell


async def listed(request: Request) -> Response:
    """The newest attempts, accepted or not; `outcome` narrows them."""
    mailbox = inbox_of(request).mailbox
    await mailbox.settled()
    limit, outcome = number_from(request, "limit", 50), request.query_params.get("outcome")
    found = await mailbox.ask(
        lambda rows: attempts(
            rows,
            "outcome = ? OR ? IS NULL",
            (outcome, outcome),
            limit or -1,
            transcripts=False,
        )
    )
    return JSONResponse([attempt_json(kept) for kept in found])


async def shown(request: Request) -> Response:
    """One attempt with its transcript."""
    mailbox, number = inbox_of(request).mailbox, id_from(request.path_params["id"])
    await mailbox.settled()
    found = await mailbox.ask(lambda rows: attempts(rows, "id = ?", (number,)))
    if not found:
        raise HTTPException(404, "There is no attempt of that id.")
    return JSONResponse(transcript_json(found[0], language_of(request)))


async def of_message(request: Request) -> Response:
    """The attempt that brought a mail, with its transcript."""
    mailbox, number = inbox_of(request).mailbox, await found_id(request)
    await mailbox.settled()
    found = await mailbox.ask(lambda rows: attempts_for_mail(rows, number))
    if not found:
        raise HTTPException(404, "No transcript: the mail is gone, or did not come by SMTP.")
    return JSONResponse(transcript_json(found[0], language_of(request)))


async def timeline(request: Request) -> Response:
    """All attempts of one Message-ID, gaps measured and judged."""
    mailbox, message_id = inbox_of(request).mailbox, request.query_params.get("message_id", "")
    message_id = message_id.strip().strip("<>")
    if not message_id:
        raise BadRequestError("message_id is required.", "message_id")
    patience = Patience(
        eager=seconds_from(request, "eager", 1.0), silence=seconds_from(request, "silence", 60.0)
    )
    await mailbox.settled()
    found = await mailbox.ask(lambda rows: attempts_for_message(rows, message_id))
    told = tell(found, now=int(time.time() * 1000), patience=patience)
    return JSONResponse(timeline_json(message_id, told))


def language_of(request: Request) -> str:
    """`?lang=es` asks for Spanish explanations; all else is English."""
    return "es" if request.query_params.get("lang") == "es" else "en"


def seconds_from(request: Request, name: str, default: float, most: float = 86_400.0) -> float:
    """A number of seconds in the query; raises BadRequestError for what is none."""
    text = request.query_params.get(name)
    try:
        seconds = default if text is None else float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= most:
        raise BadRequestError(f"{name} must be a number of seconds from 0 to {most:g}.", name)
    return seconds
