"""`/attempts`: what clients tried, and each attempt's transcript."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from mock_smtp.api.requests import id_from, inbox_of
from mock_smtp.page.frame import framed, scrolled
from mock_smtp.page.html import Markup, tag
from mock_smtp.page.story import moment_text, outcome_badge, transcript_table
from mock_smtp.page.texts import Texts, texts_for
from mock_smtp.store.attempts import KeptAttempt, attempts

_SHOWN = 100


async def listing(request: Request) -> Response:
    """The newest attempts, accepted or not."""
    texts, mailbox = texts_for(request), inbox_of(request).mailbox
    await mailbox.settled()
    found = await mailbox.ask(lambda rows: attempts(rows, limit=_SHOWN))
    title = texts("attempts")
    return framed(
        texts,
        title,
        tag("h1", title),
        tag("p", texts("attempts.hint"), class_="hint"),
        _table(texts, found) if found else tag("p", texts("attempts.empty"), class_="live empty"),
    )


async def one(request: Request) -> Response:
    """One attempt with everything that was said."""
    texts, mailbox = texts_for(request), inbox_of(request).mailbox
    number = id_from(request.path_params["id"])
    await mailbox.settled()
    found = await mailbox.ask(lambda rows: attempts(rows, "id = ?", (number,)))
    if not found:
        raise HTTPException(404)
    title = texts("attempt", id=found[0].id)
    return framed(
        texts,
        title,
        tag("h1", title, " ", outcome_badge(texts, found[0])),
        _facts(texts, found[0]),
        tag("h2", texts("transcript")),
        transcript_table(texts, found[0]),
    )


def _table(texts: Texts, found: list[KeptAttempt]) -> Markup:
    keys = ("when", "outcome", "stage", "to", "subject")
    heads = tag("tr", [tag("th", texts(key), scope="col") for key in keys])
    rows = [_row(texts, kept) for kept in found]
    table = tag("table", tag("thead", heads), tag("tbody", rows))
    return scrolled(texts("attempts"), table, "live scroll")


def _row(texts: Texts, kept: KeptAttempt) -> Markup:
    attempt = kept.attempt
    return tag(
        "tr",
        tag("td", tag("a", moment_text(attempt.started), href=f"/attempts/{kept.id}")),
        tag("td", outcome_badge(texts, kept)),
        tag("td", attempt.stage),
        tag("td", ", ".join(attempt.recipients)),
        tag("td", _subject(kept)),
    )


def _subject(kept: KeptAttempt) -> str | Markup:
    attempt = kept.attempt
    if attempt.mail is None:
        return attempt.subject
    return tag("a", attempt.subject or str(attempt.mail), href=f"/view/{attempt.mail}")


def _facts(texts: Texts, kept: KeptAttempt) -> Markup:
    attempt = kept.attempt
    facts = [
        ("when", moment_text(attempt.started)),
        ("envelope.from", f"<{attempt.sender}>"),
        ("envelope.to", ", ".join(f"<{address}>" for address in attempt.recipients)),
        ("stage", attempt.stage),
        ("subject", _subject(kept)),
    ]
    return tag("dl", [(tag("dt", texts(key)), tag("dd", fact)) for key, fact in facts])
