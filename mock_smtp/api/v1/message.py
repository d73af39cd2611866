"""`/api/v1/message/{id}`: one mail, its headers, source and parts."""

import asyncio
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from mock_smtp.api.lookup import found_mail, found_source
from mock_smtp.api.requests import inbox_of
from mock_smtp.api.v1.shapes import Answer, message_json
from mock_smtp.mime.content import content_of
from mock_smtp.mime.headers import read_headers
from mock_smtp.mime.mail import read_mail
from mock_smtp.web.headers import FROM_A_MAIL, NOT_SHOWN


async def shown(request: Request) -> Response:
    """The mail in full; it counts as read from now on."""
    mail = await found_mail(request)
    await inbox_of(request).mailbox.mark([mail.row.id], seen=True)
    # In a thread: a mail of many megabytes takes a while to take apart.
    return await asyncio.to_thread(lambda: Answer(message_json(mail.row, read_mail(mail.source))))


async def headers(request: Request) -> Response:
    """Every header by its canonical name, as raw strings."""
    _, source = await found_source(request)
    fields: dict[str, list[str]] = {}
    for header in read_headers(source).headers:
        fields.setdefault(canonical(header.name), []).append(header.value)
    return Answer(dict(sorted(fields.items())))


async def raw(request: Request) -> Response:
    """The source, byte for byte."""
    number, source = await found_source(request)
    answer = Response(source, media_type="text/plain; charset=utf-8", headers=FROM_A_MAIL)
    if request.query_params.get("dl") == "1":
        answer.headers["Content-Disposition"] = f'attachment; filename="{number}.eml"'
    return answer


async def part(request: Request) -> Response:
    """The decoded bytes of one part; what could run in a browser comes as a file to keep."""
    _, source = await found_source(request)
    found = await asyncio.to_thread(_part, source, request.path_params["part"])
    return found or PlainTextResponse("404 page not found", status_code=404)


def _part(source: bytes, number: str) -> Response | None:
    found = read_mail(source).part(number)
    if found is None:
        return None
    kind = found.content_type.value
    kept = "attachment" if NOT_SHOWN.search(kind) else "inline"
    return Response(
        content_of(source, found),
        headers={
            **FROM_A_MAIL,
            "Content-Type": _safe_type(kind),
            "Content-Disposition": f'{kept}; filename="{quote(found.file_name, safe="")}"',
        },
    )


def canonical(name: str) -> str:
    """A header name the way Go spells it: `Message-Id`, `Mime-Version`."""
    return "-".join(word.capitalize() for word in name.split("-"))


def _safe_type(kind: str) -> str:
    printable = kind.isascii() and kind.isprintable() and "/" in kind
    # A browser would take a multipart for a stream of documents, each shown in place of the last.
    return kind if printable and not kind.startswith("multipart/") else "application/octet-stream"
