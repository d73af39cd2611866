"""The first and the last line of every request, and the ids that all lines between them share."""

import logging
from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase

from email_service.utils.logger import bound, event, together
from email_service.web.trace import trace_from

# Keys of request.META through which a view and the middleware tell each other of the request.
TRACEPARENT = "email_service.traceparent"
MESSAGE_ID = "email_service.message_id"
_PROBES = ("/livez", "/readyz", "/healthz", "/metrics", "/static/")


class RequestLogMiddleware:
    """Binds the request's ids, echoes X-Request-ID, writes request.received and .finished."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer of everything inside, with the request's id on it."""
        trace = trace_from(request.headers)
        request.META[TRACEPARENT] = trace.traceparent
        with bound(request_id=trace.request_id, trace_id=trace.trace_id, span_id=trace.span_id):
            answer = self._logged(request)
        answer["X-Request-ID"] = trace.request_id
        return answer

    def _logged(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, between its two lines."""
        level = logging.DEBUG if request.path.startswith(_PROBES) else logging.INFO
        size = _length(request.META.get("CONTENT_LENGTH"))
        started = perf_counter()
        event("request.received", level=level, method=request.method, path=request.path,
              request_bytes=size)  # fmt: skip
        # The rest in one write: threads hand the interpreter over at each (docs/benchmarks.md).
        with together():
            answer = self._get_response(request)
            event(
                "request.finished",
                level=level,
                method=request.method,
                route=_route(request),
                status=answer.status_code,
                duration_ms=round((perf_counter() - started) * 1000, 2),
                request_bytes=size,
                response_bytes=len(answer.content) if isinstance(answer, HttpResponse) else None,
                message_id=request.META.get(MESSAGE_ID),
                idempotent_replay="Idempotent-Replayed" in answer or None,
            )
        return answer


def _route(request: HttpRequest) -> str:
    """The template of the path (`/api/messages/<str:message_id>`), the path where none fits."""
    match = request.resolver_match
    return f"/{match.route}" if match else request.path


def _length(header: str | None) -> int:
    """The declared length of the body, 0 where there is none."""
    return int(header) if header and header.isdecimal() else 0
