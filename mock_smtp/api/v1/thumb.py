"""`/part/{part}/thumb`: a picture of 180x120 pixels, or a blank one."""

import asyncio

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from mock_smtp.api.lookup import found_source
from mock_smtp.api.requests import inbox_of
from mock_smtp.mime.content import content_of
from mock_smtp.mime.mail import read_mail
from mock_smtp.pictures import BLANK
from mock_smtp.web.headers import FROM_A_MAIL


async def thumb(request: Request) -> Response:
    """A picture of a part; 400 where there is no such part, as in Mailpit."""
    _, source = await found_source(request)
    found = await asyncio.to_thread(_picture, source, request.path_params["part"])
    if found is None:
        return PlainTextResponse("there is no such part", status_code=400)
    drawn = await inbox_of(request).pictures.thumbnail(found) if found else BLANK
    return Response(drawn, media_type="image/jpeg", headers=FROM_A_MAIL)


def _picture(source: bytes, number: str) -> bytes | None:
    """The content of a part that says it is an image, nothing of another; None for no part."""
    part = read_mail(source).part(number)
    if part is None:
        return None
    return content_of(source, part) if part.content_type.value.startswith("image/") else b""
