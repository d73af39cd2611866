"""`/duplicates`: mails that came more than once, and why."""

from sqlite3 import Connection

from starlette.requests import Request
from starlette.responses import Response

from mock_smtp.api.requests import inbox_of
from mock_smtp.page.copies import copies_section
from mock_smtp.page.frame import framed, live
from mock_smtp.page.history import history_of
from mock_smtp.page.html import Child, Markup, tag
from mock_smtp.page.icons import icon
from mock_smtp.page.texts import Texts, texts_for
from mock_smtp.page.timeline import timeline_section
from mock_smtp.page.verdicts import answer
from mock_smtp.store import questions
from mock_smtp.story.duplicates import Group, duplicates

_SHOWN = 30


async def listing(request: Request) -> Response:
    """Every group with its answer, its timeline and the differences between its copies."""
    texts, mailbox = texts_for(request), inbox_of(request).mailbox
    await mailbox.settled()
    groups = await mailbox.ask(lambda rows: _groups(texts, rows))
    title = texts("duplicates")
    empty = tag("div", icon("copies"), tag("p", texts("duplicates.empty")), class_="empty")
    return framed(
        request,
        title,
        tag("h1", title),
        tag("p", texts("duplicates.hint"), class_="lead"),
        live("list", groups or empty),
        room="duplicates",
    )


def _groups(texts: Texts, rows: Connection) -> list[Child]:
    return [_group(texts, rows, group) for group in duplicates(rows, "message-id")[:_SHOWN]]


def _group(texts: Texts, rows: Connection, group: Group) -> Markup:
    history = history_of(rows, group.key, group.ids)
    newest = questions.summary(rows, group.ids[-1])
    subject = (newest.subject if newest else "") or texts("no.subject")
    link = tag("a", subject, href=f"/view/{group.ids[-1]}/story")
    return tag(
        "article",
        tag("h2", link),
        tag("p", tag("code", f"<{group.key}>"), class_="hint"),
        answer(texts, history),
        timeline_section(texts, history),
        copies_section(texts, history),
        class_="group",
    )
