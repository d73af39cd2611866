"""A mail's HTML in a frame that can do nothing, and its text."""

import re

from mock_smtp.page.html import Markup, tag
from mock_smtp.page.icons import icon
from mock_smtp.page.opened import Opened
from mock_smtp.page.texts import Texts

_LONGEST_SHOWN = 200_000
_WIDTHS = ("desktop", "tablet", "phone")
_REMOTE = re.compile(
    r"(?:src|srcset|background|poster|href)\s*=\s*[\"']?\s*(?:https?:)?//|url\(\s*[\"']?\s*(?:https?:)?//",
    re.IGNORECASE,
)


def html_side(opened: Opened) -> Markup:
    """The HTML as a phone, a tablet or a desktop shows it; nothing remote until asked."""
    if not opened.mail.html:
        return tag("p", opened.texts("html.none"), class_="empty")
    query = "?remote=1" if opened.remote else ""
    frame = tag(
        "iframe",
        src=f"{opened.path}.html{query}",
        sandbox="",
        title=opened.texts("html.frame"),
        referrerpolicy="no-referrer",
    )
    return tag(
        "section",
        tag("h2", opened.texts("side.html"), class_="unseen-label"),
        _remote(opened),
        _widths(opened.texts),
        tag("div", tag("div", frame, class_="preview"), class_="stage"),
        class_="body",
    )


def text_side(opened: Opened) -> Markup:
    """The text part, or what remains of the HTML without its markup."""
    words = opened.mail.text[:_LONGEST_SHOWN]
    return tag(
        "section",
        tag("h2", opened.texts("side.text"), class_="unseen-label"),
        tag("pre", words, class_="words")
        if words.strip()
        else tag("p", opened.texts("text.none"), class_="empty"),
    )


def _widths(texts: Texts) -> Markup:
    """Widths by radio buttons: the style sheet does the rest, without a script."""
    choices = [
        tag(
            "label",
            tag("input", type="radio", name="width", value=width, checked=width == "desktop"),
            tag("span", texts(f"preview.{width}")),
        )
        for width in _WIDTHS
    ]
    label = tag("legend", texts("preview"), class_="unseen-label")
    return tag("fieldset", label, choices, class_="widths")


def _remote(opened: Opened) -> Markup | None:
    texts = opened.texts
    if opened.remote:
        back = tag("a", texts("remote.block"), href=f"{opened.path}/html")
        return tag("p", icon("note"), texts("remote.loaded"), " ", back, class_="notice")
    if not _REMOTE.search(opened.mail.html):
        return None
    load = tag("a", texts("remote.load"), href=f"{opened.path}/html?remote=1")
    return tag("p", icon("note"), texts("remote.blocked"), " ", load, class_="notice")
