"""One mail in the list."""

from mock_smtp.page.html import Child, Markup, tag
from mock_smtp.page.icons import icon
from mock_smtp.page.moments import moment_text
from mock_smtp.page.people import face, short_person
from mock_smtp.page.texts import Texts
from mock_smtp.store.rows import Summary


def mail_row(texts: Texts, row: Summary, copies: int) -> Markup:
    """Who, what, when; the subject opens the mail, the badge of copies tells their story."""
    state = None if row.seen else tag("span", texts("unread"), class_="unseen-label")
    return tag(
        "li",
        face(row.sender),
        tag("span", state, " ", short_person(row.sender) or texts("no.sender"), class_="who"),
        tag("a", row.subject or texts("no.subject"), href=f"/view/{row.id}", class_="open"),
        tag("span", row.snippet, class_="snippet"),
        tag("span", _badges(texts, row, copies), class_="badges"),
        moment_text(row.received),
        class_="seen" if row.seen else "unseen",
    )


def copies_badge(texts: Texts, number: int, copies: int) -> Markup:
    """How often a mail came, linked to the story of why."""
    words = texts("copies", count=copies)
    story = f"/view/{number}/story"
    return tag("a", icon("copies"), words, href=story, class_="badge copies")


def _badges(texts: Texts, row: Summary, copies: int) -> list[Child]:
    files = row.attachments
    return [
        copies_badge(texts, row.id, copies) if copies > 1 else None,
        tag("span", texts("flawed"), class_="badge flawed") if row.flaws else None,
        tag("span", icon("clip"), texts("files", count=files), class_="badge") if files else None,
        [tag("span", name, class_="badge") for name in row.tags],
    ]
