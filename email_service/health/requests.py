"""Counts every answered request for /metrics."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from email_service.health.metrics import count_request

_KNOWN = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class CountRequestsMiddleware:
    """Counts by method, route and status; what a client can make up is counted as `other`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, counted."""
        answer = self._get_response(request)
        method = request.method if request.method in _KNOWN else "other"
        route = f"/{request.resolver_match.route}" if request.resolver_match else "other"
        count_request(str(method), route, answer.status_code)
        return answer
