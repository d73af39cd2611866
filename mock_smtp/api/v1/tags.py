"""`/api/v1/tags`: list, set, rename, remove."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from mock_smtp.api.requests import (
    BadRequestError,
    ids_from,
    inbox_of,
    read_object,
    strings_from,
)
from mock_smtp.api.v1.shapes import Answer
from mock_smtp.store import changes, questions
from mock_smtp.tags import MOST, clean_tag, clean_tags

_MOST_MAILS = 1000


async def listed(request: Request) -> Response:
    """Every tag in use."""
    return Answer(list(await inbox_of(request).mailbox.ask(questions.tags)))


async def assigned(request: Request) -> Response:
    """Replace the tags of the given mails; no tags remove them all."""
    content = await read_object(request)
    ids, tags = ids_from(strings_from(content, "IDs")), clean_tags(strings_from(content, "Tags"))
    if len(tags) > MOST or len(ids) > _MOST_MAILS:
        raise BadRequestError(f"No more than {MOST} tags and {_MOST_MAILS} mails at once.", "Tags")
    mailbox = inbox_of(request).mailbox
    await mailbox.change(lambda rows: changes.set_tags(rows, ids, tags))
    for number in ids:
        mailbox.hub.publish("update", {"ID": str(number), "Tags": tags})
    return PlainTextResponse("ok")


async def renamed(request: Request) -> Response:
    """Rename a tag on every mail that has it."""
    old, content = request.path_params["tag"], await read_object(request)
    name = content.get("name")
    new = clean_tag(name) if isinstance(name, str) else ""
    if not new:
        raise BadRequestError(f"invalid tag name: {name}", "Name")
    known = {tag.lower() for tag in await inbox_of(request).mailbox.ask(questions.tags)}
    if new.lower() in known and new.lower() != old.lower():
        raise BadRequestError(f"tag already exists: {new}", "Name")
    return await _changed(
        request,
        old,
        await inbox_of(request).mailbox.change(lambda rows: changes.rename_tag(rows, old, new)),
    )


async def removed(request: Request) -> Response:
    """Remove a tag from every mail."""
    name = request.path_params["tag"]
    mailbox = inbox_of(request).mailbox
    return await _changed(
        request, name, await mailbox.change(lambda rows: changes.drop_tag(rows, name))
    )


async def _changed(request: Request, name: str, count: int) -> Response:
    if not count:
        raise BadRequestError(f"tag not found: {name}", "Tag")
    inbox_of(request).mailbox.hub.publish("prune")
    return PlainTextResponse("ok")
