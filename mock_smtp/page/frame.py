"""What surrounds every page: head, header with its rooms, main, the overlay of keys."""

from starlette.requests import Request
from starlette.responses import HTMLResponse

from mock_smtp.page.html import Child, Markup, join, tag
from mock_smtp.page.icons import icon
from mock_smtp.page.preferences import remember, same_page, theme_after, theme_for
from mock_smtp.page.texts import Texts, texts_for

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_SCRIPTS = ("times", "live", "keys")
_ROOMS = {
    "mails": ("/", "inbox"),
    "attempts": ("/attempts", "tries"),
    "duplicates": ("/duplicates", "copies"),
    "faults": ("/faults", "faults"),
}
_KEYS = {
    "j": "keys.next",
    "k": "keys.previous",
    "Enter": "keys.open",
    "u": "keys.back",
    "/": "keys.search",
    "a": "keys.attempts",
    "d": "keys.duplicates",
    "f": "keys.faults",
    "?": "keys.help",
    "Esc": "keys.leave",
}


def framed(
    request: Request, title: str, *main: Child, room: str = "", status: int = 200
) -> HTMLResponse:
    """A whole page around its main content; `room` is the one that the navigation marks."""
    texts, theme = texts_for(request), theme_for(request)
    page = tag(
        "html",
        _head(title),
        _body(request, texts, room, main),
        lang=texts.language,
        data_theme=theme,
    )
    answer = HTMLResponse(Markup("<!doctype html>") + page, status, headers=_HEADERS)
    remember(request, answer)
    return answer


def button(label: Child, path: str, class_: str = "", **fields: str) -> Markup:
    """A form of one button, which works without a script."""
    hidden = [tag("input", type="hidden", name=name, value=value) for name, value in fields.items()]
    pressed = tag("button", label, class_=class_ or None)
    return tag("form", hidden, pressed, method="post", action=path, class_="button")


def live(name: str, *content: Child, class_: str | None = None) -> Markup:
    """A part of the page that follows the mailbox; its name is the same on every fetch."""
    return tag("div", *content, id=name, class_=f"live {class_}" if class_ else "live")


def scrolled(label: str, content: Markup) -> Markup:
    """What scrolls by itself on a narrow screen, with keys too."""
    return tag("div", content, class_="scroll", tabindex="0", role="group", aria_label=label)


def _head(title: str) -> Markup:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{title} · mock_smtp"),
        tag("link", rel="icon", href="/static/icon.svg", type="image/svg+xml"),
        tag("link", rel="stylesheet", href="/static/page.css"),
        tag("link", rel="stylesheet", href="/static/story.css"),
        [tag("script", src=f"/static/{name}.js", defer=True) for name in _SCRIPTS],
    )


def _body(request: Request, texts: Texts, room: str, main: tuple[Child, ...]) -> Markup:
    return tag(
        "body",
        tag("a", texts("skip"), class_="skip", href="#main"),
        _header(request, texts, room),
        tag("main", join(main), id="main", tabindex="-1"),
        _overlay(texts),
    )


def _header(request: Request, texts: Texts, room: str) -> Markup:
    rooms = [
        tag(
            "a",
            icon(picture),
            tag("span", texts(f"nav.{name}")),
            href=path,
            aria_current="page" if name == room else None,
        )
        for name, (path, picture) in _ROOMS.items()
    ]
    return tag(
        "header",
        tag("a", icon("envelope"), tag("span", "mock_smtp"), href="/", class_="name"),
        tag("nav", rooms, aria_label=texts("nav.label")),
        tag("div", _switches(request, texts), class_="switches"),
    )


def _switches(request: Request, texts: Texts) -> list[Child]:
    other = "en" if texts.language == "es" else "es"
    theme = theme_for(request)
    following = theme_after(theme)
    return [
        tag("a", texts("language"), href=same_page(request, lang=other), lang=other),
        tag(
            "a",
            icon(theme),
            href=same_page(request, theme=following),
            class_="only-icon",
            aria_label=texts(f"theme.{following}"),
            title=texts(f"theme.{following}"),
        ),
        tag(
            "button",
            icon("keys"),
            type="button",
            id="show-keys",
            hidden=True,
            class_="only-icon",
            aria_label=texts("keys"),
            title=texts("keys"),
        ),
    ]


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
