"""A limit on request bodies that the client gets to read about.

Many clients send their whole body before they read: whoever closes early breaks their pipe
and the 413 is never seen (measured). So a refused body is read and thrown away, up to a bound.
"""

from collections.abc import Callable
from io import BytesIO
from typing import BinaryIO

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from email_service.web.problems import problem

# More than this is not drained: the connection breaks, and the server is spared.
MAX_DRAINED_BYTES = 32 * 1024 * 1024
_PIECE = 64 * 1024


class BodyLimitMiddleware:
    """Answers 413 to a body over MAX_BODY_BYTES, declared or chunked, before it is parsed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The view's answer, or 413."""
        if _is_chunked(request):
            _measure(request)
        size = _declared(request)
        if size <= settings.MAX_BODY_BYTES:
            return self._get_response(request)
        _drain(request.META["wsgi.input"], size)
        return problem("too-large", f"The body may have {settings.MAX_BODY_BYTES} bytes.")


def _declared(request: HttpRequest) -> int:
    """The length of the body as the request states it."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() and len(length) < 19 else 0


def _is_chunked(request: HttpRequest) -> bool:
    """Whether the body has no declared length, and the server marks its end instead."""
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    return chunked and bool(request.META.get("wsgi.input_terminated"))


def _measure(request: HttpRequest) -> None:
    """Read a chunked body up to the limit, and state its length as Django needs it."""
    body = request.META["wsgi.input"].read(settings.MAX_BODY_BYTES + 1)
    request.META["CONTENT_LENGTH"] = str(len(body))
    # Django cut the stream to the length of the header, which was absent.
    request._stream = BytesIO(body)


def _drain(stream: BinaryIO, size: int) -> None:
    """Read and forget what the client is still sending."""
    left = min(size, MAX_DRAINED_BYTES)
    while left > 0 and (piece := stream.read(min(left, _PIECE))):
        left -= len(piece)
