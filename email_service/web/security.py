"""What a browser may do with an answer of ours: for JSON nothing, for the admin its own files."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


class ContentPolicyMiddleware:
    """Sets a Content-Security-Policy on every answer that has none of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, with a policy."""
        answer = self._get_response(request)
        answer.headers.setdefault("Content-Security-Policy", _POLICY)
        return answer
