"""One mail, opened: a page for each of its sides, and the way to its neighbours."""

from sqlite3 import Connection

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mock_smtp.api.lookup import found_id, found_mail
from mock_smtp.api.requests import inbox_of
from mock_smtp.mime.mail import read_mail
from mock_smtp.page.anatomy import headers_side, parts_side, source_side
from mock_smtp.page.bodyview import html_side, text_side
from mock_smtp.page.frame import button, framed, live
from mock_smtp.page.history import History, read_history
from mock_smtp.page.html import Child, Markup, tag
from mock_smtp.page.icons import icon
from mock_smtp.page.moments import moment_text, size_text
from mock_smtp.page.opened import Opened
from mock_smtp.page.people import face, person
from mock_smtp.page.story import story_side
from mock_smtp.page.texts import texts_for
from mock_smtp.page.verdicts import why_banner

_SIDES = {
    "html": html_side,
    "text": text_side,
    "headers": headers_side,
    "parts": parts_side,
    "source": source_side,
}
_ORDER = ("html", "text", "story", "headers", "parts", "source")


async def reading(request: Request) -> Response:
    """One side of a mail: its HTML or else its text where none is named; it counts as read."""
    stored = await found_mail(request)
    mailbox = inbox_of(request).mailbox
    await mailbox.mark([stored.row.id], seen=True)
    await mailbox.settled()
    mail = read_mail(stored.source)
    side = request.path_params.get("side") or ("html" if mail.html else "text")
    if side not in _ORDER:
        raise HTTPException(404)
    remote = request.query_params.get("remote") == "1"
    opened = Opened(texts_for(request), stored.row, mail, remote)
    history, near = await mailbox.ask(
        lambda rows: (read_history(rows, stored.row), _near(rows, stored.row.id))
    )
    subject = stored.row.subject or opened.texts("no.subject")
    return framed(
        request,
        subject,
        tag(
            "article",
            _heading(opened, subject, near),
            _people(opened),
            _flaws(opened),
            live("why", None if side == "story" else why_banner(opened, history)),
            live("sides", _tabs(opened, side, history)),
            live("story", story_side(opened, history)) if side == "story" else _SIDES[side](opened),
            class_="mail",
        ),
        room="mails",
    )


async def deleted(request: Request) -> Response:
    """Delete the mail of a form and go back to the list."""
    await inbox_of(request).mailbox.forget([await found_id(request)])
    return RedirectResponse("/", status_code=303)


def _near(rows: Connection, number: int) -> tuple[int | None, int | None]:
    """The ids of the next newer and the next older mail."""
    newer = rows.execute("SELECT min(id) FROM mail WHERE id > ?", (number,)).fetchone()
    older = rows.execute("SELECT max(id) FROM mail WHERE id < ?", (number,)).fetchone()
    return newer[0], older[0]


def _heading(opened: Opened, subject: str, near: tuple[int | None, int | None]) -> Markup:
    texts = opened.texts
    turns = zip(near, ("prev", "next"), ("newer.one", "older.one"), strict=True)
    links = [
        tag("a", texts(key), href=f"/view/{number}", rel=rel)
        for number, rel, key in turns
        if number is not None
    ]
    delete = button([icon("trash"), texts("delete")], f"{opened.path}/delete", "quiet")
    ways = tag("div", tag("a", texts("back"), href="/"), links, delete, class_="ways")
    return tag("div", ways, tag("h1", subject), class_="mail-heading")


def _people(opened: Opened) -> Markup:
    row, texts = opened.row, opened.texts
    lists = {"to": row.recipients, "cc": row.copies, "bcc": row.blind_copies}
    facts: list[tuple[str, Child]] = [("from", person(row.sender) or texts("no.sender"))]
    facts += [(name, ", ".join(map(person, people))) for name, people in lists.items() if people]
    when = [moment_text(row.received), " · ", size_text(texts, row.size)]
    facts.append(("received", when))
    said = tag("dl", [(tag("dt", texts(name)), tag("dd", fact)) for name, fact in facts])
    return tag("div", face(row.sender), said, class_="people")


def _flaws(opened: Opened) -> Markup | None:
    if not opened.row.flaws:
        return None
    sentences = tag("ul", [tag("li", opened.texts.said(flaw)) for flaw in opened.row.flaws])
    return tag("div", icon("note"), tag("p", opened.texts("flaws")), sentences, class_="callout")


def _tabs(opened: Opened, shown: str, history: History) -> Markup:
    sides = [side for side in _ORDER if side != "html" or opened.mail.html]
    count = len(opened.mail.attachments) + len(opened.mail.inlines)
    marks = {"parts": count, "story": len(history.copies) if len(history.copies) > 1 else 0}
    links = [
        tag(
            "a",
            opened.texts(f"side.{side}"),
            tag("span", str(marks[side]), class_="mark") if marks.get(side) else None,
            href=f"{opened.path}/{side}",
            aria_current="page" if side == shown else None,
        )
        for side in sides
    ]
    return tag("nav", links, class_="tabs", aria_label=opened.texts("sides"))
