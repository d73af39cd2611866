"""Answers 503 at once while the database is known to be down.

Threads that wait for a silent database are threads that answer nobody: once a deadline fired,
nothing waits again until the probe has succeeded.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from email_service.database import gate
from email_service.web.problems import unavailable

_NEED_THE_DATABASE = ("/api/contact", "/api/notify", "/api/messages", "/admin")


class AvailabilityMiddleware:
    """Lets requests that need the database through only while its gate is open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The view's answer, or 503."""
        if request.path_info.startswith(_NEED_THE_DATABASE) and gate.closed():
            return unavailable()
        return self._get_response(request)
