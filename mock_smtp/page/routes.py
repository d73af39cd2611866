"""Where the page's rooms are found."""

from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from mock_smtp.page.bodies import html_body, latest, text_body
from mock_smtp.page.listing import listing
from mock_smtp.page.reading import reading


def routes() -> list[BaseRoute]:
    """The routes of the page, its files, and Mailpit's `/view/…`."""
    return [
        Route("/", listing),
        Route("/search", listing),
        Route("/view/latest", latest),
        Route("/view/{id}.html", html_body),
        Route("/view/{id}.txt", text_body),
        Route("/view/{id}", reading),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]
