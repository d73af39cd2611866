"""`/api/v1/swagger.json`: the routes of v1, described from the routes themselves."""

import re
from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from mock_smtp import __version__
from mock_smtp.api.v1.shapes import Answer

_PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")


def swagger_of(routes: Iterable[BaseRoute]) -> Route:
    """A route that answers the description of the others."""
    content = describe(routes)

    async def swagger(_request: Request) -> Response:
        return Answer(content)

    return Route("/swagger.json", swagger, methods=["GET"])


def describe(routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """A Swagger 2.0 object whose sentences are the docstrings of the endpoints."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        if isinstance(route, Route):
            path = _PARAMETER.sub(r"{\1}", route.path)
            for method in sorted((route.methods or set()) - {"HEAD"}):
                paths.setdefault(path, {})[method.lower()] = _operation(route)
    info = {"title": "mock_smtp, compatible with Mailpit's API v1", "version": __version__}
    return {"swagger": "2.0", "info": info, "basePath": "/api/v1", "paths": paths}


def _operation(route: Route) -> dict[str, Any]:
    names = _PARAMETER.findall(route.path)
    return {
        "summary": (route.endpoint.__doc__ or "").strip(),
        "parameters": [
            {"name": name, "in": "path", "required": True, "type": "string"} for name in names
        ],
        "responses": {"200": {"description": "Done, or what was asked for."}},
    }
