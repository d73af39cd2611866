"""What surrounds every page: head, header, main."""

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


def framed(texts: Texts, title: str, *main: Child) -> HTMLResponse:
    """A whole page around its main content."""
    page = tag("html", _head(title), _body(texts, main), lang=texts.language)
    return HTMLResponse(Markup("<!doctype html>") + page, headers=_HEADERS)


def _head(title: str) -> Markup:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("link", rel="icon", href="data:,"),
        tag("link", rel="stylesheet", href="/static/page.css"),
        tag("script", src="/static/page.js", defer=True),
    )


def _body(texts: Texts, main: tuple[Child, ...]) -> Markup:
    return tag(
        "body",
        tag("a", texts("skip"), class_="skip", href="#main"),
        tag("header", tag("a", "mock_smtp", href="/", class_="name")),
        tag("main", join(main), id="main"),
    )
