"""`/attempts`: what clients tried, and each attempt's transcript."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from mock_smtp.api.requests import id_from, inbox_of
from mock_smtp.page.badges import on_purpose, outcome_badge
from mock_smtp.page.frame import framed, live
from mock_smtp.page.html import Child, Markup, tag
from mock_smtp.page.icons import icon
from mock_smtp.page.moments import moment_text
from mock_smtp.page.texts import Texts, texts_for
from mock_smtp.page.transcript import transcript
from mock_smtp.store.attempts import KeptAttempt, attempts

_SHOWN = 100


async def listing(request: Request) -> Response:
    """The newest attempts, accepted or not."""
    texts, mailbox = texts_for(request), inbox_of(request).mailbox
    await mailbox.settled()
    found = await mailbox.ask(lambda rows: attempts(rows, limit=_SHOWN))
    title = texts("attempts")
    rows = tag("ul", [_row(texts, kept) for kept in found], class_="tries rows")
    empty = tag("div", icon("tries"), tag("p", texts("attempts.empty")), class_="empty")
    return framed(
        request,
        title,
        tag("h1", title),
        tag("p", texts("attempts.hint"), class_="lead"),
        live("list", rows if found else empty),
        room="attempts",
    )


async def one(request: Request) -> Response:
    """One attempt with everything that was said."""
    texts, mailbox = texts_for(request), inbox_of(request).mailbox
    number = id_from(request.path_params["id"])
    await mailbox.settled()
    found = await mailbox.ask(lambda rows: attempts(rows, "id = ?", (number,)))
    if not found:
        raise HTTPException(404)
    kept = found[0]
    title = texts("attempt", id=kept.id)
    back = tag("div", tag("a", texts("attempts.back"), href="/attempts"), class_="ways")
    marks = [outcome_badge(texts, kept), on_purpose(texts, kept.attempt.injected)]
    return framed(
        request,
        title,
        tag("div", back, tag("h1", title), tag("p", marks), class_="mail-heading"),
        _facts(texts, kept),
        tag("h2", texts("transcript")),
        transcript(texts, kept),
        room="attempts",
    )


def _row(texts: Texts, kept: KeptAttempt) -> Markup:
    attempt = kept.attempt
    to = ", ".join(attempt.recipients) or texts("attempts.nobody")
    return tag(
        "li",
        tag("span", outcome_badge(texts, kept), class_="how"),
        tag(
            "a",
            attempt.subject or texts("attempt", id=kept.id),
            href=f"/attempts/{kept.id}",
            class_="open",
        ),
        tag("span", texts("attempts.to", to=to, stage=attempt.stage), class_="snippet"),
        tag("span", on_purpose(texts, attempt.injected), class_="badges"),
        moment_text(attempt.started),
    )


def _facts(texts: Texts, kept: KeptAttempt) -> Markup:
    attempt = kept.attempt
    to = ", ".join(f"<{address}>" for address in attempt.recipients)
    facts: list[tuple[str, Child]] = [
        ("when", moment_text(attempt.started)),
        ("envelope.from", f"<{attempt.sender}>" if attempt.recipients or attempt.sender else "–"),
        ("envelope.to", to or "–"),
        ("stage", attempt.stage),
        ("subject", _subject(texts, kept)),
    ]
    return tag("dl", [(tag("dt", texts(key)), tag("dd", fact)) for key, fact in facts])


def _subject(texts: Texts, kept: KeptAttempt) -> str | Markup:
    attempt = kept.attempt
    if attempt.mail is None:
        return attempt.subject or "–"
    return tag("a", attempt.subject or texts("no.subject"), href=f"/view/{attempt.mail}")
