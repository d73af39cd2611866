"""`/api/v1/message/{id}/link-check`: the links of a mail, tried out where that is switched on."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from mock_smtp.api.lookup import found_source
from mock_smtp.api.requests import inbox_of
from mock_smtp.api.v1.shapes import Answer
from mock_smtp.links.found import links_of
from mock_smtp.links.visits import Visited, Visitor
from mock_smtp.mime.mail import read_mail


async def checked(request: Request) -> Response:
    """A LinkCheckResponse; the mail counts as read. 404 unless `--link-check` switches it on."""
    inbox = inbox_of(request)
    if not inbox.settings.link_check:
        raise HTTPException(404, "The link check is off; start the inbox with --link-check.")
    number, source = await found_source(request)
    await inbox.mailbox.mark([number], seen=True)
    links = await asyncio.to_thread(lambda: links_of(read_mail(source)))
    follow = request.query_params.get("follow") in {"true", "1"}
    visitor = Visitor(follow=follow, private=inbox.settings.link_check_private)
    found = await visitor.visit_all(links)
    failed = sum(visited.code == 0 or visited.code >= 400 for visited in found)
    return Answer({"Errors": failed, "Links": [_json(visited) for visited in found]})


def _json(visited: Visited) -> dict[str, str | int]:
    return {"URL": visited.url, "StatusCode": visited.code, "Status": visited.status}
