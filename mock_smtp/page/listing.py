"""The list of mails."""

from sqlite3 import Connection
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mock_smtp.api.conditions import condition_of
from mock_smtp.api.requests import inbox_of, number_from, read_body
from mock_smtp.page.frame import button, framed, live
from mock_smtp.page.html import Child, Markup, tag
from mock_smtp.page.icons import icon
from mock_smtp.page.mailrow import mail_row
from mock_smtp.page.texts import Texts, texts_for
from mock_smtp.store import questions
from mock_smtp.store.query import Condition
from mock_smtp.store.rows import Summary, Totals

_ROWS = 50


class Listing(NamedTuple):
    """What one page of the list shows."""

    query: str
    start: int
    mailbox: Totals
    matches: Totals
    rows: list[Summary]
    copies: dict[str, int]


async def listing(request: Request) -> Response:
    """The newest mails, or those that match `?query=`."""
    texts = texts_for(request)
    query, start = request.query_params.get("query", "").strip(), number_from(request, "start", 0)
    condition = condition_of(request, query)
    found = await inbox_of(request).mailbox.search(
        lambda rows: _read(rows, condition, query, start)
    )
    counted = tag("p", _count(texts, found), id="count", class_="live count", role="status")
    return framed(
        request,
        texts("title"),
        tag("div", tag("h1", texts("title")), counted, class_="heading"),
        _search(texts, query),
        live("list", _list(texts, found) if found.rows else _nothing(texts, request, query)),
        live("turning", _turning(texts, found)),
        live("buttons", _buttons(texts) if found.mailbox.total else None),
        _confirmation(texts),
        room="mails",
    )


async def changed(request: Request) -> Response:
    """Mark all mails read, or delete them all, as the form's button says."""
    mailbox = inbox_of(request).mailbox
    if b"do=delete" in await read_body(request):
        await mailbox.forget_all()
    else:
        await mailbox.mark_all(seen=True)
    return RedirectResponse("/", status_code=303)


def _read(rows: Connection, condition: Condition, query: str, start: int) -> Listing:
    shown = questions.page(rows, condition, start=start, limit=_ROWS)
    return Listing(
        query,
        start,
        questions.totals(rows),
        questions.totals(rows, condition),
        shown,
        questions.copies(rows, [row.message_id for row in shown]),
    )


def _count(texts: Texts, found: Listing) -> str:
    if found.query:
        return texts("count.matches", matches=found.matches.total, total=found.mailbox.total)
    key = "count.one" if found.mailbox.total == 1 else "count"
    return texts(key, **found.mailbox._asdict())


def _search(texts: Texts, query: str) -> Markup:
    return tag(
        "form",
        tag("label", texts("search"), for_="query", class_="unseen-label"),
        icon("search"),
        tag(
            "input",
            type="search",
            id="query",
            name="query",
            value=query,
            placeholder=texts("search.hint"),
            autocomplete="off",
        ),
        tag("button", texts("search")),
        role="search",
        action="/",
    )


def _list(texts: Texts, found: Listing) -> Markup:
    rows = [mail_row(texts, row, found.copies.get(row.message_id, 0)) for row in found.rows]
    return tag("ul", rows, class_="mails rows")


def _buttons(texts: Texts) -> Child:
    opener = tag(
        "button",
        icon("trash"),
        texts("delete.all"),
        type="button",
        popovertarget="confirm",
        class_="quiet",
    )
    read = button([icon("good"), texts("mark.read")], "/", "quiet", do="read")
    return tag("div", read, opener, class_="buttons")


def _confirmation(texts: Texts) -> Markup:
    """Asked before everything goes; opened and closed by the browser itself."""
    cancel = tag(
        "button",
        texts("cancel"),
        type="button",
        popovertarget="confirm",
        popovertargetaction="hide",
    )
    sure = tag("div", button(texts("delete.sure"), "/", "danger", do="delete"), cancel)
    return tag(
        "div",
        tag("h2", texts("delete.all.title"), id="confirm-title"),
        tag("p", texts("delete.all.text")),
        sure,
        id="confirm",
        popover="auto",
        role="dialog",
        aria_labelledby="confirm-title",
    )


def _nothing(texts: Texts, request: Request, query: str) -> Markup:
    if query:
        clear = tag("a", texts("empty.search.clear"), href="/")
        words = tag("p", texts("empty.search")), tag("p", clear)
        return tag("div", icon("search"), *words, class_="empty")
    inbox = inbox_of(request)
    where = texts("empty.hint", host=inbox.settings.host, port=inbox.doors.smtp_port)
    return tag("div", icon("inbox"), tag("p", texts("empty")), tag("p", where), class_="empty")


def _turning(texts: Texts, found: Listing) -> Markup | None:
    newer = max(0, found.start - _ROWS) if found.start else None
    older = found.start + _ROWS if found.start + _ROWS < found.matches.total else None
    links = [
        tag("a", label, href="/?" + urlencode({"query": found.query, "start": start}))
        for label, start in ((texts("newer"), newer), (texts("older"), older))
        if start is not None
    ]
    return tag("nav", links, class_="turning", aria_label=texts("turning")) if links else None
