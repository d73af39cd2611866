"""The list of mails."""

from sqlite3 import Connection
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mock_smtp.api.conditions import condition_of
from mock_smtp.api.requests import inbox_of, number_from, read_body
from mock_smtp.mime.addresses import Address
from mock_smtp.page.frame import button, framed
from mock_smtp.page.html import Child, Markup, tag
from mock_smtp.page.story import moment_text
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
    return framed(
        texts,
        texts("title"),
        tag("h1", texts("title")),
        _search(texts, query),
        tag(
            "p", texts("count", **found.mailbox._asdict()), class_="live count", aria_live="polite"
        ),
        _list(texts, found) if found.rows else _nothing(texts, request, query),
        _turning(texts, found),
        _buttons(texts) if found.mailbox.total else None,
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


def _search(texts: Texts, query: str) -> Markup:
    return tag(
        "form",
        tag("label", texts("search"), for_="query"),
        tag(
            "input",
            type="search",
            id="query",
            name="query",
            value=query,
            placeholder=texts("search.hint"),
        ),
        tag("button", texts("search")),
        role="search",
        action="/",
    )


def _list(texts: Texts, found: Listing) -> Markup:
    return tag("ul", [_row(texts, row, found.copies) for row in found.rows], class_="live mails")


def _row(texts: Texts, row: Summary, copies: dict[str, int]) -> Markup:
    return tag(
        "li",
        tag(
            "a",
            tag("span", person(row.sender) or texts("no.sender"), class_="who"),
            tag("span", row.subject or texts("no.subject"), class_="subject"),
            tag("span", row.snippet, class_="snippet"),
            moment_text(row.received),
            tag("span", _badges(texts, row, copies.get(row.message_id, 0)), class_="badges"),
            href=f"/view/{row.id}",
        ),
        class_="seen" if row.seen else "unseen",
    )


def _badges(texts: Texts, row: Summary, copies: int) -> list[Child]:
    return [
        None if row.seen else tag("span", texts("unread"), class_="badge"),
        tag("span", texts("copies", count=copies), class_="badge copies") if copies > 1 else None,
        [tag("span", name, class_="badge") for name in row.tags],
    ]


def _buttons(texts: Texts) -> Markup:
    return tag(
        "div",
        button(texts("mark.read"), "/", do="read"),
        button(texts("delete.all"), "/", do="delete"),
        class_="buttons",
    )


def _nothing(texts: Texts, request: Request, query: str) -> Markup:
    if query:
        return tag("p", texts("empty.search"), class_="live empty")
    inbox = inbox_of(request)
    where = texts("empty.hint", host=inbox.settings.host, port=inbox.doors.smtp_port)
    return tag("p", texts("empty"), " ", where, class_="live empty")


def _turning(texts: Texts, found: Listing) -> Markup:
    newer = max(0, found.start - _ROWS) if found.start else None
    older = found.start + _ROWS if found.start + _ROWS < found.matches.total else None
    return tag(
        "nav",
        [
            tag("a", label, href="/?" + urlencode({"query": found.query, "start": start}))
            for label, start in ((texts("newer"), newer), (texts("older"), older))
            if start is not None
        ],
        class_="live turning",
        aria_label=texts("older"),
    )


def person(address: Address) -> str:
    """A person as a reader wants to see one."""
    if address.name and address.address:
        return f"{address.name} <{address.address}>"
    return address.name or address.address
