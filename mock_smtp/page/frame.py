"""What surrounds every page: head, header with its rooms, main, the overlay of keys."""

from starlette.responses import HTMLResponse

from mock_smtp.page.html import Child, Markup, join, tag
from mock_smtp.page.texts import Texts

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_ROOMS = {
    "nav.mails": "/",
    "nav.attempts": "/attempts",
    "nav.duplicates": "/duplicates",
    "nav.faults": "/faults",
}
_KEYS = {
    "j": "keys.next",
    "k": "keys.previous",
    "Enter": "keys.open",
    "u": "keys.back",
    "/": "keys.search",
    "f": "keys.faults",
    "?": "keys.help",
}


def framed(texts: Texts, title: str, *main: Child, status: int = 200) -> HTMLResponse:
    """A whole page around its main content."""
    page = tag("html", _head(title), _body(texts, main), lang=texts.language)
    answer = HTMLResponse(Markup("<!doctype html>") + page, status, headers=_HEADERS)
    answer.set_cookie("lang", texts.language, samesite="strict", httponly=True)
    return answer


def button(label: str, path: str, **fields: str) -> Markup:
    """A form of one button, which works without a script."""
    hidden = [tag("input", type="hidden", name=name, value=value) for name, value in fields.items()]
    return tag("form", hidden, tag("button", label), method="post", action=path, class_="button")


def scrolled(label: str, table: Markup, class_: str = "scroll") -> Markup:
    """A table that scrolls by itself on a narrow screen, with keys too."""
    return tag("div", table, class_=class_, tabindex="0", role="region", aria_label=label)


def _head(title: str) -> Markup:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{title} · mock_smtp"),
        tag("link", rel="icon", href="data:,"),
        tag("link", rel="stylesheet", href="/static/page.css"),
        tag("script", src="/static/live.js", defer=True),
        tag("script", src="/static/keys.js", defer=True),
    )


def _body(texts: Texts, main: tuple[Child, ...]) -> Markup:
    return tag(
        "body",
        tag("a", texts("skip"), class_="skip", href="#main"),
        _header(texts),
        tag("main", join(main), id="main"),
        _overlay(texts),
    )


def _header(texts: Texts) -> Markup:
    other = "en" if texts.language == "es" else "es"
    rooms = [tag("a", texts(key), href=path) for key, path in _ROOMS.items()]
    return tag(
        "header",
        tag("a", "mock_smtp", href="/", class_="name"),
        tag("nav", rooms, aria_label=texts("nav.label")),
        tag("a", texts("language"), href=f"?lang={other}", lang=other, hreflang=other),
        tag("button", texts("keys"), " (?)", type="button", id="show-keys", hidden=True),
    )


def _overlay(texts: Texts) -> Markup:
    keys = [(tag("dt", tag("kbd", key)), tag("dd", texts(text))) for key, text in _KEYS.items()]
    return tag(
        "dialog",
        tag("h2", texts("keys.title"), id="keys-title"),
        tag("dl", keys),
        tag("form", tag("button", texts("close")), method="dialog"),
        id="keys",
        aria_labelledby="keys-title",
    )
