"""The service: reads a request, keeps the message, answers; a thread beside it sends."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

import store
from health import verdicts
from logs import LogRequests
from postman import Postman
from rules import CONTACT, NOTIFY, Form, Invalid, message_id_of

LARGEST = 500_000


async def contact(request: Request) -> JSONResponse:
    """Take the form of a visitor."""
    return await take(request, "contact", CONTACT)


async def notify(request: Request) -> JSONResponse:
    """Take the notice of another service."""
    return await take(request, "notify", NOTIFY)


async def take(request: Request, operation: str, form: Form) -> JSONResponse:
    """Answer 202 once the message is kept, whoever sent it first."""
    body = await read(request)
    content = form.checked(body)
    message_id = message_id_of(body) or str(uuid4())
    outcome = await run_in_threadpool(store.keep, message_id, operation, content)
    if outcome is store.Outcome.OTHER:
        raise HTTPException(422, "This message_id stands for another message.")
    if outcome is store.Outcome.NEW:
        request.app.state.postman.wake()
    headers = {"Idempotent-Replayed": "true"} if outcome is store.Outcome.SAME else None
    answer = {"status": "queued", "message_id": message_id}
    return JSONResponse(answer, status_code=202, headers=headers)


async def read(request: Request) -> dict[str, object]:
    """The JSON object of the body; 413, 415 or 400 if there is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(415, "Only application/json is read.")
    received = bytearray()
    async for piece in request.stream():
        received += piece
        if len(received) > LARGEST:
            raise HTTPException(413, "The body is too large.")
    try:
        body = json.loads(received.decode())
    except (ValueError, RecursionError):
        raise HTTPException(400, "The body is not JSON.") from None
    if not isinstance(body, dict):
        raise HTTPException(400, "The body is not an object.")
    return body


async def state(request: Request) -> JSONResponse:
    """What became of a message."""
    found = await run_in_threadpool(store.state_of, request.path_params["message_id"].lower())
    if found is None:
        raise HTTPException(404, "There is no such message.")
    return JSONResponse({"status": found})


async def healthz(_: Request) -> JSONResponse:
    """200 if the database and Redis answer, else 503; both are named."""
    checks = await run_in_threadpool(verdicts)
    well = set(checks.values()) == {"pass"}
    answer = {"status": "pass" if well else "fail", "checks": checks}
    return JSONResponse(answer, status_code=200 if well else 503)


async def refused(_: Request, reason: Exception) -> JSONResponse:
    """An error of the caller's, as JSON."""
    assert isinstance(reason, HTTPException)
    return JSONResponse({"error": reason.detail}, reason.status_code, reason.headers)


async def invalid(_: Request, reason: Exception) -> JSONResponse:
    """Every field in trouble with its sentence."""
    assert isinstance(reason, Invalid)
    return JSONResponse({"errors": reason.errors}, status_code=400)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Sends while it serves."""
    app.state.postman = Postman()
    app.state.postman.start()
    yield
    app.state.postman.stop()


app = Starlette(
    routes=[
        Route("/healthz", healthz),
        Route("/api/contact/", contact, methods=["POST"]),
        Route("/api/notify/", notify, methods=["POST"]),
        Route("/api/messages/{message_id}", state),
        Route("/api/messages/{message_id}/", state),
    ],
    middleware=[Middleware(LogRequests)],
    exception_handlers={HTTPException: refused, Invalid: invalid},
    lifespan=lifespan,
)
