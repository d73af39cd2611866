"""What a mail is made of: envelope beside headers, parts, source."""

from mock_smtp.mime.headers import as_text, decoded
from mock_smtp.mime.parts import Part
from mock_smtp.page.html import Child, Markup, tag
from mock_smtp.page.icons import icon
from mock_smtp.page.moments import size_text
from mock_smtp.page.opened import Opened

_LONGEST_SHOWN = 200_000


def headers_side(opened: Opened) -> Markup:
    """What the client told the server beside what the mail says of itself."""
    return tag("div", _envelope(opened), _headers(opened), class_="beside")


def parts_side(opened: Opened) -> Markup:
    """Files to fetch, and the tree of all parts."""
    texts, mail = opened.texts, opened.mail
    files = [*mail.attachments, *mail.inlines]
    listed = tag("ul", [_file(opened, part) for part in files], class_="files")
    return tag(
        "div",
        tag("h2", texts("attachments")),
        listed if files else tag("p", texts("attachments.none"), class_="hint"),
        tag("h2", texts("structure")),
        tag("ul", _branch(opened, mail.tree.root), class_="tree"),
    )


def source_side(opened: Opened) -> Markup:
    """The source, byte for byte as far as text can be."""
    raw = f"/api/v1/message/{opened.row.id}/raw"
    fetch = tag("a", opened.texts("source.fetch"), href=f"{raw}?dl=1")
    source = as_text(opened.mail.source[:_LONGEST_SHOWN])
    return tag(
        "section",
        tag("h2", opened.texts("side.source"), class_="unseen-label"),
        tag("p", opened.texts("source.hint"), " ", fetch, class_="hint"),
        tag("pre", source, class_="source"),
    )


def _envelope(opened: Opened) -> Markup:
    row, texts = opened.row, opened.texts
    named = {address.address.lower() for address in (*row.recipients, *row.copies)}
    hidden = tag("span", texts("envelope.hidden"), class_="badge")
    to = [
        tag("dd", f"<{address}>", None if address.lower() in named else [" ", hidden])
        for address in row.envelope_to
    ]
    said = [tag("dt", texts("envelope.from")), tag("dd", f"<{row.envelope_from}>")]
    said += [tag("dt", texts("envelope.to")), *to] if to else []
    return tag(
        "section",
        tag("h2", texts("envelope")),
        tag("p", texts("envelope.hint"), class_="hint"),
        tag("dl", said),
        class_="envelope",
    )


def _headers(opened: Opened) -> Markup:
    texts = opened.texts
    pairs = [(tag("dt", header.name), _value(header.value)) for header in opened.mail.headers]
    return tag(
        "section",
        tag("h2", texts("headers")),
        tag("p", texts("headers.hint"), class_="hint"),
        tag("dl", pairs) if pairs else tag("p", texts("headers.none")),
    )


def _value(value: str) -> Markup:
    """A header's value, and what it says where it is encoded."""
    words = decoded(value)
    plain = None if words == value or "=?" not in value else tag("span", words, class_="decoded")
    return tag("dd", value, plain)


def _file(opened: Opened, part: Part) -> Markup:
    path = f"/api/v1/message/{opened.row.id}/part/{part.number}"
    kind = f"{part.content_type.value} · {size_text(opened.texts, part.end - part.start)}"
    return tag(
        "li", icon("clip"), tag("a", part.file_name, href=path), tag("span", kind, class_="hint")
    )


def _branch(opened: Opened, part: Part) -> Markup:
    name: Child = tag("code", part.content_type.value or "text/plain")
    size = size_text(opened.texts, part.end - part.start)
    if not part.children:
        path = f"/api/v1/message/{opened.row.id}/part/{part.number}"
        name = tag("a", name, href=path)
    below = tag("ul", [_branch(opened, child) for child in part.children])
    facts = tag("span", f" {part.file_name} {size}", class_="hint")
    return tag("li", name, facts, below if part.children else None)
