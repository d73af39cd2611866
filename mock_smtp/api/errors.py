"""Turning errors into answers, in the form each part of the API has."""

import logging
import sqlite3

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from mock_smtp.api.requests import BadRequestError

log = logging.getLogger(__name__)


async def on_bad_request(request: Request, error: Exception) -> Response:
    """Say what is wrong: as text where Mailpit does, as JSON with the field under v2."""
    assert isinstance(error, BadRequestError)  # noqa: S101 - registered for this class alone
    if _is_ours(request):
        return _json(error.status, error.message, error.field)
    return PlainTextResponse(error.message, status_code=error.status)


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answer what no route took."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for its codes alone
    if _is_ours(request):
        return _json(error.status_code, error.detail, None, error.headers)
    unsaid = error.status_code == 404 and error.detail == "Not Found"
    text = "404 page not found" if unsaid else error.detail
    return PlainTextResponse(text, status_code=error.status_code, headers=error.headers)


async def on_our_fault(request: Request, error: Exception) -> Response:
    """Log our own mistake and admit it without details."""
    if isinstance(error, sqlite3.OperationalError) and str(error) == "interrupted":
        return PlainTextResponse("The question took too long; ask for less.", status_code=503)
    log.error("A request could not be answered.", exc_info=error)
    if _is_ours(request):
        return _json(500, "Something went wrong in the inbox; its log says what.", None)
    return PlainTextResponse("Internal Server Error", status_code=500)


def _is_ours(request: Request) -> bool:
    return request.url.path.startswith("/api/v2")


def _json(status: int, message: str, field: str | None, headers: object = None) -> Response:
    content = {"error": message, "field": field}
    return JSONResponse(content, status_code=status, headers=headers)  # type: ignore[arg-type]
