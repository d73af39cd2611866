"""One mail, opened."""

from starlette.requests import Request
from starlette.responses import Response

from mock_smtp.api.lookup import StoredMail, found_mail
from mock_smtp.api.requests import inbox_of
from mock_smtp.api.v1.shapes import moment_json, received
from mock_smtp.mime.headers import as_text
from mock_smtp.mime.mail import Mail, read_mail
from mock_smtp.page.frame import framed
from mock_smtp.page.html import Child, Markup, tag
from mock_smtp.page.listing import person
from mock_smtp.page.texts import Texts, texts_for


async def reading(request: Request) -> Response:
    """The mail with its text, HTML, envelope, headers, attachments and source."""
    stored = await found_mail(request)
    await inbox_of(request).mailbox.mark([stored.row.id], seen=True)
    texts, mail = texts_for(request), read_mail(stored.source)
    subject = stored.row.subject or texts("no.subject")
    return framed(
        texts,
        subject,
        tag("p", tag("a", texts("back"), href="/"), class_="back"),
        tag("article", tag("h1", subject), *_sections(texts, stored, mail)),
    )


def _sections(texts: Texts, stored: StoredMail, mail: Mail) -> list[Child]:
    return [
        _flaws(texts, stored),
        _people(texts, stored),
        _html(texts, stored, mail),
        _section(texts("text"), tag("pre", mail.text)),
        _attachments(texts, stored, mail),
        _envelope(texts, stored),
        _folded(texts("headers"), _headers(mail)),
        _folded(texts("source"), tag("pre", as_text(stored.source[:200_000]))),
    ]


def _people(texts: Texts, stored: StoredMail) -> Markup:
    row = stored.row
    moment = moment_json(received(row))
    facts = [
        ("from", person(row.sender)),
        ("to", ", ".join(person(address) for address in row.recipients)),
        ("cc", ", ".join(person(address) for address in row.copies)),
        ("bcc", ", ".join(person(address) for address in row.blind_copies)),
        ("received", moment),
    ]
    return tag("dl", [(tag("dt", texts(name)), tag("dd", fact)) for name, fact in facts if fact])


def _flaws(texts: Texts, stored: StoredMail) -> Markup | None:
    if not stored.row.flaws:
        return None
    sentences = tag("ul", [tag("li", flaw) for flaw in stored.row.flaws])
    return tag("div", tag("p", texts("flaws")), sentences, class_="flaws")


def _html(texts: Texts, stored: StoredMail, mail: Mail) -> Markup | None:
    if not mail.html:
        return None
    frame = tag(
        "iframe",
        src=f"/view/{stored.row.id}.html",
        sandbox="",
        title=texts("html"),
        referrerpolicy="no-referrer",
    )
    return _section(texts("html"), frame)


def _attachments(texts: Texts, stored: StoredMail, mail: Mail) -> Markup | None:
    parts = [*mail.attachments, *mail.inlines]
    if not parts:
        return None
    path = f"/api/v1/message/{stored.row.id}/part"
    items = [tag("li", tag("a", part.file_name, href=f"{path}/{part.number}")) for part in parts]
    return _section(texts("attachments"), tag("ul", items))


def _envelope(texts: Texts, stored: StoredMail) -> Markup:
    row = stored.row
    return _section(
        texts("envelope"),
        tag(
            "dl",
            tag("dt", texts("envelope.from")),
            tag("dd", f"<{row.envelope_from}>"),
            tag("dt", texts("envelope.to")),
            [tag("dd", f"<{address}>") for address in row.envelope_to],
        ),
    )


def _headers(mail: Mail) -> Markup:
    return tag("dl", [(tag("dt", header.name), tag("dd", header.value)) for header in mail.headers])


def _section(title: str, *content: Child) -> Markup:
    return tag("section", tag("h2", title), *content)


def _folded(title: str, *content: Child) -> Markup:
    return tag("details", tag("summary", title), *content)
