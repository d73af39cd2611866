"""The list of mails."""

from sqlite3 import Connection
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from mock_smtp.api.conditions import condition_of
from mock_smtp.api.requests import inbox_of, number_from
from mock_smtp.api.v1.shapes import moment_json, received
from mock_smtp.mime.addresses import Address
from mock_smtp.page.frame import framed
from mock_smtp.page.html import Markup, tag
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
        tag("p", texts("count", **found.mailbox._asdict()), class_="count", aria_live="polite"),
        _list(texts, found) if found.rows else _nothing(texts, request, query),
        _turning(texts, found),
    )


def _read(rows: Connection, condition: Condition, query: str, start: int) -> Listing:
    return Listing(
        query,
        start,
        questions.totals(rows),
        questions.totals(rows, condition),
        questions.page(rows, condition, start=start, limit=_ROWS),
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
    return tag("ul", [_row(texts, row) for row in found.rows], class_="mails")


def _row(texts: Texts, row: Summary) -> Markup:
    moment = moment_json(received(row))
    return tag(
        "li",
        tag(
            "a",
            tag("span", person(row.sender) or texts("no.sender"), class_="who"),
            tag("span", row.subject or texts("no.subject"), class_="subject"),
            tag("span", row.snippet, class_="snippet"),
            tag("time", moment, datetime=moment),
            None if row.seen else tag("span", texts("unread"), class_="badge"),
            href=f"/view/{row.id}",
        ),
        class_="seen" if row.seen else "unseen",
    )


def _nothing(texts: Texts, request: Request, query: str) -> Markup:
    if query:
        return tag("p", texts("empty.search"), class_="empty")
    inbox = inbox_of(request)
    where = texts("empty.hint", host=inbox.settings.host, port=inbox.doors.smtp_port)
    return tag("p", texts("empty"), " ", where, class_="empty")


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
        class_="turning",
    )


def person(address: Address) -> str:
    """A person as a reader wants to see one."""
    if address.name and address.address:
        return f"{address.name} <{address.address}>"
    return address.name or address.address
