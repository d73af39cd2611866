"""The web application: every route on one screen."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from mock_smtp.api import v1, v2
from mock_smtp.api.errors import on_bad_request, on_http_error, on_our_fault
from mock_smtp.api.requests import BadRequestError, inbox_of
from mock_smtp.inbox import Inbox
from mock_smtp.page.missing import missing_page, wants_page
from mock_smtp.page.routes import routes as page_routes
from mock_smtp.settings import Settings
from mock_smtp.smtp.logins import read_logins
from mock_smtp.store import questions
from mock_smtp.web.cors import Cors
from mock_smtp.web.events import events
from mock_smtp.web.guard import Guard
from mock_smtp.web.login import BasicAuth
from mock_smtp.web.metrics import metrics
from mock_smtp.web.paths import CleanPaths


def create_app(inbox: Inbox) -> Starlette:
    """The application over one inbox."""
    app = Starlette(
        routes=[
            *_probes(),
            WebSocketRoute("/api/events", events),
            Mount("/api/v1", routes=v1.routes()),
            Mount("/api/v2", routes=v2.routes()),
            *page_routes(),
        ],
        middleware=_middleware(inbox.settings),
        exception_handlers={
            BadRequestError: on_bad_request,
            404: _on_missing,
            405: on_http_error,
            Exception: on_our_fault,
        },
    )
    app.state.inbox = inbox
    return app


def _middleware(settings: Settings) -> list[Middleware]:
    """From the outside to the inside: clean path, who may ask, who reads, who logged in."""
    origins = settings.allowed_origin
    layers = [
        Middleware(CleanPaths),
        Middleware(Guard, hosts=settings.allowed_host, origins=origins),
        Middleware(Cors, origins=origins),
    ]
    if settings.web_auth_file:
        layers.append(Middleware(BasicAuth, logins=read_logins(settings.web_auth_file)))
    return layers


async def _on_missing(request: Request, error: Exception) -> Response:
    """A page for a person, the API's own answer for everybody else."""
    return missing_page(request) if wants_page(request) else await on_http_error(request, error)


def _probes() -> list[BaseRoute]:
    return [Route("/livez", _alive), Route("/readyz", _ready), Route("/metrics", metrics)]


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("")


async def _ready(request: Request) -> Response:
    await inbox_of(request).mailbox.ask(questions.totals)
    return PlainTextResponse("")
