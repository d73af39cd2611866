"""`/duplicates`: mails that came more than once, and how their copies differ."""

import time
from sqlite3 import Connection

from starlette.requests import Request
from starlette.responses import Response

from mock_smtp.api.requests import inbox_of
from mock_smtp.page.frame import framed
from mock_smtp.page.html import Child, Markup, tag
from mock_smtp.page.story import timeline_section
from mock_smtp.page.texts import Texts, texts_for
from mock_smtp.store.attempts import attempts_for_message
from mock_smtp.story.duplicates import Group, difference, duplicates
from mock_smtp.story.timeline import Patience, tell

_SHOWN = 30


async def listing(request: Request) -> Response:
    """Every group with its timeline and the differences between its copies."""
    texts, mailbox = texts_for(request), inbox_of(request).mailbox
    await mailbox.settled()
    groups = await mailbox.ask(lambda rows: _groups(texts, rows))
    title = texts("duplicates")
    return framed(
        texts,
        title,
        tag("h1", title),
        tag("p", texts("duplicates.hint"), class_="hint"),
        tag("div", groups or tag("p", texts("duplicates.empty"), class_="empty"), class_="live"),
    )


def copies_section(texts: Texts, rows: Connection, ids: list[int]) -> Markup | None:
    """Links to all copies and the difference between each and the first; None for a single one."""
    if len(ids) < 2:
        return None
    links = [
        tag("li", tag("a", texts("copy", number=place), href=f"/view/{number}"))
        for place, number in enumerate(ids, start=1)
    ]
    return tag(
        "section",
        tag("h2", texts("copies.title"), " ", _badge(texts, len(ids))),
        tag("ol", links),
        [_difference(texts, rows, ids[0], other) for other in ids[1:6]],
        id="copies",
    )


def _groups(texts: Texts, rows: Connection) -> list[Child]:
    return [_group(texts, rows, group) for group in duplicates(rows, "message-id")[:_SHOWN]]


def _group(texts: Texts, rows: Connection, group: Group) -> Markup:
    found = attempts_for_message(rows, group.key)
    told = tell(found, now=int(time.time() * 1000), patience=Patience())
    return tag(
        "article",
        tag("h2", tag("code", f"<{group.key}>")),
        timeline_section(texts, told),
        copies_section(texts, rows, group.ids),
        class_="group",
    )


def _difference(texts: Texts, rows: Connection, one: int, other: int) -> Markup:
    lines = difference(rows, one, other) or []
    if not lines:
        return tag("p", texts("same"))
    marked = [tag("span", line + "\n", class_=_kind(line)) for line in lines]
    return tag("details", tag("summary", texts("difference")), tag("pre", marked, class_="diff"))


def _kind(line: str) -> str | None:
    return {"+": "added", "-": "removed"}.get(line[:1])


def _badge(texts: Texts, count: int) -> Markup:
    return tag("span", texts("copies", count=count), class_="badge copies")
