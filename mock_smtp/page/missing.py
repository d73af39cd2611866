"""What a browser sees where there is nothing, or where it may not do what it tried."""

from starlette.requests import Request
from starlette.responses import Response

from mock_smtp.page.frame import framed
from mock_smtp.page.html import tag
from mock_smtp.page.icons import icon
from mock_smtp.page.texts import texts_for


def wants_page(request: Request) -> bool:
    """Whether it is a person who asks, outside the API."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(
        ("/api/", "/static/")
    )


def missing_page(request: Request) -> Response:
    """The page of a mail that is gone, or of an address that never was."""
    texts = texts_for(request)
    title = texts("missing")
    words = tag("p", texts("missing.text")), tag("p", tag("a", texts("back"), href="/"))
    return framed(
        request,
        title,
        tag("h1", title),
        tag("div", icon("inbox"), *words, class_="empty"),
        status=404,
    )
