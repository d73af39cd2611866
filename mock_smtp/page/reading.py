"""One mail, opened: what it says, what it is made of, what happened to it."""

import time
from sqlite3 import Connection
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mock_smtp.api.lookup import StoredMail, found_id, found_mail
from mock_smtp.api.requests import inbox_of
from mock_smtp.mime.headers import as_text
from mock_smtp.mime.mail import Mail, read_mail
from mock_smtp.page.duplicates import copies_section
from mock_smtp.page.frame import button, framed
from mock_smtp.page.html import Child, Markup, tag
from mock_smtp.page.listing import person
from mock_smtp.page.story import moment_text, timeline_section, transcript_table
from mock_smtp.page.texts import Texts, texts_for
from mock_smtp.store.attempts import attempts_for_mail, attempts_for_message
from mock_smtp.story.duplicates import copies_of
from mock_smtp.story.timeline import Patience, tell

_LONGEST_SHOWN = 200_000
_WIDTHS = ("phone", "tablet", "desktop")


class _Open(NamedTuple):
    """The mail that is being shown and how."""

    texts: Texts
    stored: StoredMail
    mail: Mail
    remote: bool


class _Story(NamedTuple):
    """What happened to it, drawn; a mail that came once, at once, has only its transcript."""

    timeline: Markup | None
    copies: Markup | None
    transcript: Markup


async def reading(request: Request) -> Response:
    """The mail's page; the mail counts as read from now on."""
    stored = await found_mail(request)
    mailbox = inbox_of(request).mailbox
    await mailbox.mark([stored.row.id], seen=True)
    await mailbox.settled()
    remote = request.query_params.get("remote") == "1"
    opened = _Open(texts_for(request), stored, read_mail(stored.source), remote)
    story = await mailbox.ask(lambda rows: _story(opened, rows))
    subject = stored.row.subject or opened.texts("no.subject")
    heading = tag("div", tag("h1", subject), _delete(opened), class_="heading")
    return framed(
        opened.texts, subject, tag("article", heading, *_sections(opened, story), class_="mail")
    )


async def deleted(request: Request) -> Response:
    """Delete the mail of a form and go back to the list."""
    await inbox_of(request).mailbox.forget([await found_id(request)])
    return RedirectResponse("/", status_code=303)


def _delete(opened: _Open) -> Markup:
    return button(opened.texts("delete"), f"/view/{opened.stored.row.id}/delete")


def _sections(opened: _Open, story: _Story) -> list[Child]:
    texts, stored, mail = opened.texts, opened.stored, opened.mail
    return [
        _flaws(opened),
        _people(opened),
        story.timeline,
        story.copies,
        _html(opened),
        _section(texts("text"), tag("pre", mail.text[:_LONGEST_SHOWN])),
        _attachments(opened),
        _envelope(opened),
        _folded(texts("headers"), _headers(mail)),
        _folded(texts("source"), tag("pre", as_text(stored.source[:_LONGEST_SHOWN]))),
        _section(texts("transcript"), story.transcript),
    ]


def _story(opened: _Open, rows: Connection) -> _Story:
    texts, row = opened.texts, opened.stored.row
    found = attempts_for_message(rows, row.message_id) if row.message_id else []
    told = tell(found, now=int(time.time() * 1000), patience=Patience())
    brought = attempts_for_mail(rows, row.id)
    said = transcript_table(texts, brought[0]) if brought else tag("p", texts("transcript.none"))
    copies = copies_section(texts, rows, copies_of(rows, row.id))
    return _Story(timeline_section(texts, told), copies, said)


def _people(opened: _Open) -> Markup:
    row = opened.stored.row
    lists = {"to": row.recipients, "cc": row.copies, "bcc": row.blind_copies}
    facts: list[tuple[str, Child]] = [("from", person(row.sender))]
    facts += [(name, ", ".join(map(person, people))) for name, people in lists.items() if people]
    facts += [("received", moment_text(row.received))]
    return tag("dl", [(tag("dt", opened.texts(name)), tag("dd", fact)) for name, fact in facts])


def _flaws(opened: _Open) -> Markup | None:
    flaws = opened.stored.row.flaws
    if not flaws:
        return None
    sentences = tag("ul", [tag("li", flaw) for flaw in flaws])
    return tag("div", tag("p", opened.texts("flaws")), sentences, class_="flaws")


def _html(opened: _Open) -> Markup | None:
    if not opened.mail.html:
        return None
    texts, number = opened.texts, opened.stored.row.id
    frame = tag(
        "iframe",
        src=f"/view/{number}.html" + ("?remote=1" if opened.remote else ""),
        sandbox="",
        title=texts("html"),
        referrerpolicy="no-referrer",
    )
    return _section(
        texts("html"), _widths(texts), _remote(opened), tag("div", frame, class_="preview")
    )


def _widths(texts: Texts) -> Markup:
    """Widths by radio buttons: the style sheet does the rest, without a script."""
    choices = [
        tag(
            "label",
            tag("input", type="radio", name="width", value=width, checked=width == "desktop"),
            " ",
            texts(f"preview.{width}"),
        )
        for width in _WIDTHS
    ]
    return tag("fieldset", tag("legend", texts("preview")), choices, class_="widths")


def _remote(opened: _Open) -> Markup:
    texts, number = opened.texts, opened.stored.row.id
    if opened.remote:
        return tag("p", texts("remote.loaded"), class_="hint")
    load = tag("a", texts("remote.load"), href=f"/view/{number}?remote=1")
    return tag("p", texts("remote.blocked"), " ", load, class_="hint")


def _attachments(opened: _Open) -> Markup | None:
    parts = [*opened.mail.attachments, *opened.mail.inlines]
    if not parts:
        return None
    path = f"/api/v1/message/{opened.stored.row.id}/part"
    items = [
        tag(
            "li",
            tag("a", part.file_name, href=f"{path}/{part.number}"),
            f" {part.content_type.value}",
        )
        for part in parts
    ]
    return _section(opened.texts("attachments"), tag("ul", items))


def _envelope(opened: _Open) -> Markup:
    row, texts = opened.stored.row, opened.texts
    said = tag(
        "dl",
        tag("dt", texts("envelope.from")),
        tag("dd", f"<{row.envelope_from}>"),
        tag("dt", texts("envelope.to")),
        [tag("dd", f"<{address}>") for address in row.envelope_to],
    )
    return _section(texts("envelope"), tag("p", texts("envelope.hint"), class_="hint"), said)


def _headers(mail: Mail) -> Markup:
    pairs = [(tag("dt", header.name), tag("dd", header.value)) for header in mail.headers]
    return tag("dl", pairs) if pairs else tag("p", "–")


def _section(title: str, *content: Child) -> Markup:
    return tag("section", tag("h2", title), *content)


def _folded(title: str, *content: Child) -> Markup:
    return tag("details", tag("summary", title), *content)
