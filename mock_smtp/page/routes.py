"""Where the page's rooms are found."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from mock_smtp.page import attempts, duplicates, faults, listing, reading
from mock_smtp.page.bodies import html_body, latest, text_body

_STATIC = Path(__file__).parent / "static"


def routes() -> list[BaseRoute]:
    """The routes of the page, its files, and Mailpit's `/view/…`."""
    return [
        Route("/", listing.listing),
        Route("/", listing.changed, methods=["POST"]),
        Route("/search", listing.listing),
        Route("/attempts", attempts.listing),
        Route("/attempts/{id}", attempts.one),
        Route("/duplicates", duplicates.listing),
        Route("/faults", faults.listing, methods=["GET"]),
        Route("/faults", faults.added, methods=["POST"]),
        Route("/faults/remove", faults.removed, methods=["POST"]),
        Route("/view/latest", latest),
        Route("/view/{id}.html", html_body),
        Route("/view/{id}.txt", text_body),
        Route("/view/{id}", reading.reading),
        Route("/view/{id}/delete", reading.deleted, methods=["POST"]),
        Route("/view/{id}/{side}", reading.reading),
        Route("/favicon.ico", _icon),
        Mount("/static", StaticFiles(directory=_STATIC)),
    ]


async def _icon(_request: Request) -> Response:
    """The icon, for browsers that ask for it unbidden, as beside a mail's own HTML."""
    return FileResponse(_STATIC / "icon.svg", media_type="image/svg+xml")
