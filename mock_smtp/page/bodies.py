"""`/view/{id}.html` and `/view/{id}.txt`: a mail's own HTML and text, unable to do anything."""

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from mock_smtp.api.lookup import found_id, found_source
from mock_smtp.api.requests import inbox_of
from mock_smtp.mime.mail import Mail, read_mail
from mock_smtp.web.headers import FROM_A_MAIL, WITH_REMOTE_IMAGES

# Chromium opens a connection for a frame before the policy forbids it (measured, version 156), and
# no policy speaks of `<link rel=preconnect>`, which a frame's `srcdoc` may hold too.
_CONNECTING = re.compile(r"<(link|i?frame)", re.IGNORECASE)
_CID = re.compile(r"cid:([^\s\"'<>)]+)", re.IGNORECASE)


async def html_body(request: Request) -> Response:
    """The HTML part, its `cid:` images pointing to their parts."""
    number, source = await found_source(request)
    mail = read_mail(source)
    if not mail.html:
        text = "This message does not contain a HTML part"
        return PlainTextResponse(text, status_code=404)
    await inbox_of(request).mailbox.mark([number], seen=True)
    remote = request.query_params.get("remote") == "1"
    headers = WITH_REMOTE_IMAGES if remote else FROM_A_MAIL
    html = without_links(with_parts(mail, number))
    return Response(html, media_type="text/html; charset=utf-8", headers=headers)


async def text_body(request: Request) -> Response:
    """The text part."""
    number, source = await found_source(request)
    await inbox_of(request).mailbox.mark([number], seen=True)
    return PlainTextResponse(read_mail(source).text, headers=FROM_A_MAIL)


async def latest(request: Request) -> Response:
    """Go to the newest mail, perhaps of a search; to the list where there is none."""
    request.path_params["id"] = "latest"
    try:
        return RedirectResponse(f"/view/{await found_id(request)}", status_code=302)
    except HTTPException:
        return RedirectResponse("/", status_code=302)


def without_links(html: str) -> str:
    """The HTML with elements that open connections by their mere presence turned into unknown ones.

    A tag of that name begins with these letters in every HTML tokenizer, so none is missed.
    """
    return _CONNECTING.sub(r"<x-\1", html)


def with_parts(mail: Mail, number: int) -> str:
    """The HTML with every known `cid:` reference replaced by the address of its part."""
    known = {part.content_id: part.number for part in mail.tree.root.leaves() if part.content_id}

    def replaced(match: re.Match[str]) -> str:
        part = known.get(match[1])
        return f"/api/v1/message/{number}/part/{part}" if part else match[0]

    return _CID.sub(replaced, mail.html)
