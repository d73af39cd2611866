"""HEAD is GET without the body (RFC 9110, 9.3.2): the server sends whatever it is given."""

from collections.abc import Callable

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponse, HttpResponseBase


class HeadMiddleware:
    """Takes the body off an answer to HEAD; its headers stay those of GET.

    A body would be read as the start of the next answer on the same line.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, bare if HEAD asked for it."""
        answer = self._get_response(request)
        if request.method == "HEAD":
            _strip(answer)
        return answer


def _strip(answer: HttpResponseBase) -> None:
    """Leave the headers, Content-Length included."""
    if isinstance(answer, HttpResponse):
        answer.content = b""
    elif isinstance(answer, StreamingHttpResponse):
        answer.streaming_content = ()
