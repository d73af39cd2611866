"""`/api/v2/stats`: what has been counted since the start."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mock_smtp.api.requests import inbox_of


async def shown(request: Request) -> Response:
    """Connections opened and open, mails accepted, refused and left without their 250."""
    return JSONResponse(inbox_of(request).counts.to_json())
