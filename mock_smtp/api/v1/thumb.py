"""`/part/{part}/thumb`: the picture itself, which every browser scales, or a blank one."""

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from mock_smtp.api.lookup import found_source
from mock_smtp.mime.content import content_of
from mock_smtp.mime.mail import read_mail
from mock_smtp.web.headers import FROM_A_MAIL

_BLANK = Path(__file__).parent / "blank.jpg"
_PICTURE = re.compile(r"image/(png|jpe?g|gif|webp)")


async def thumb(request: Request) -> Response:
    """A picture of a part; 400 where there is no such part, as in Mailpit."""
    _, source = await found_source(request)
    part = read_mail(source).part(request.path_params["part"])
    if part is None:
        return PlainTextResponse("there is no such part", status_code=400)
    kind = part.content_type.value
    if not _PICTURE.fullmatch(kind):
        return Response(_BLANK.read_bytes(), media_type="image/jpeg", headers=FROM_A_MAIL)
    return Response(content_of(source, part), media_type=kind, headers=FROM_A_MAIL)
