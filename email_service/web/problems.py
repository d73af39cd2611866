"""Every error as application/problem+json (RFC 9457); only /admin may answer HTML.

`problem()` builds the answer, `Refusal` is raised by views, `problem_from_exception` is DRF's
exception handler, and ProblemMiddleware catches what neither of them wrote.
"""

import json
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views import defaults
from rest_framework import exceptions

from email_service.utils.logger import bound_field, event
from email_service.web.problem_types import PROBLEM_TYPES, code_of_status

MEDIA_TYPE = "application/problem+json"
# Where the catalogue can be read; relative on purpose (RFC 9457, 3.1.1): it moves with the host.
TYPE_PREFIX = "/api/docs/#"
# PostgreSQL's lock_not_available: the twin that holds the unique key has not committed yet.
_LOCK_NOT_AVAILABLE = "55P03"
_RETRY_IN_FLIGHT = 1
_RETRY_UNAVAILABLE = 5

Errors = Mapping[str, Sequence[str]]


class Refusal(exceptions.APIException):
    """The request cannot be met: `code` says why, `headers` what else the caller should know."""

    def __init__(self, code: str, detail: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail, code)
        self.status_code = PROBLEM_TYPES[code].status
        self.code = code
        self.headers = dict(headers or {})


def problem(
    code: str,
    detail: str,
    *,
    errors: Errors | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer for one problem of the catalogue; `instance` is the request's id."""
    kind = PROBLEM_TYPES[code]
    body: dict[str, Any] = {
        "type": f"{TYPE_PREFIX}{code}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "instance": bound_field("request_id"),
        "code": code,
    }
    if errors:
        body["errors"] = errors
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    answer = HttpResponse(content, content_type=MEDIA_TYPE, status=kind.status)
    for name, value in (headers or {}).items():
        answer[name] = value
    return answer


def problem_from_exception(exc: Exception, _context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's exception handler; None (an error of ours) goes on to `server_error`."""
    match exc:
        case Refusal():
            return problem(exc.code, str(exc.detail), headers=exc.headers)
        case exceptions.ValidationError():
            return invalid(exc)
        case exceptions.APIException():
            code = code_of_status(exc.status_code)
            return problem(code, str(exc.detail), headers=_headers(exc))
        case Http404() | PermissionDenied():
            status = 404 if isinstance(exc, Http404) else 403
            return _general(status)
        case OperationalError() | InterfaceError():
            return database_problem(exc)
    return None


def invalid(exc: exceptions.ValidationError) -> HttpResponse:
    """The answer for fields that are wrong: a sentence for each, under the field's name.

    The problem's code is `invalid`, or that of the one error which has a code of its own.
    """
    details: dict[str, list[exceptions.ErrorDetail]] = dict(exc.detail)  # type: ignore[arg-type]
    found = [str(entry.code) for entries in details.values() for entry in entries]
    own = [code for code in found if code in PROBLEM_TYPES]
    errors = {name: [str(entry) for entry in entries] for name, entries in details.items()}
    sentence = f"Not valid: {', '.join(errors)}."
    return problem(own[0] if own else "invalid", sentence, errors=errors)


def database_problem(exc: Exception) -> HttpResponse:
    """The answer when the database cannot take the request now; nothing is half-done."""
    cause = exc.__cause__
    state = getattr(cause, "pgcode", None) or getattr(cause, "sqlstate", None)
    event("database.refused", level=logging.WARNING, error=type(exc).__name__, sqlstate=state)
    # Said of a row that somebody else is adding; the wait for a whole table has no context.
    if state == _LOCK_NOT_AVAILABLE and getattr(getattr(cause, "diag", None), "context", None):
        return problem(
            "in-flight",
            "A request with the same id has not finished. Try again.",
            headers={"Retry-After": str(_RETRY_IN_FLIGHT)},
        )
    return unavailable()


def unavailable() -> HttpResponse:
    """503: try again later with the same id."""
    return problem(
        "unavailable",
        "The database does not answer. Try again later with the same message_id.",
        headers={"Retry-After": str(_RETRY_UNAVAILABLE)},
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    if _is_admin(request):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return _general(413)
    return _general(400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return defaults.permission_denied(request, exception) if _is_admin(request) else _general(403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return defaults.page_not_found(request, exception) if _is_admin(request) else _general(404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: the error goes to the log, whole; the caller learns nothing of it."""
    error = sys.exc_info()[1]
    if isinstance(error, (OperationalError, InterfaceError)):
        return database_problem(error)
    # Named apart as well: a long traceback is cut, and its last line is what people look for.
    named = f"{type(error).__name__}: {error}"
    event("request.failed", level=logging.ERROR, exc_info=True, error=named, path=request.path)
    return defaults.server_error(request) if _is_admin(request) else _general(500)


class ProblemMiddleware:
    """Replaces whatever HTML error slipped through outside /admin."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The view's answer, or a problem in place of an HTML error."""
        answer = self._get_response(request)
        if answer.status_code < 400 or _is_admin(request) or not _is_html(answer):
            return answer
        allow = {"Allow": answer["Allow"]} if "Allow" in answer else None
        return _general(answer.status_code, headers=allow)


def _general(status: int, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """The answer of a status about which nothing more is known."""
    code = code_of_status(status)
    return problem(code, PROBLEM_TYPES[code].title + ".", headers=headers)


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    """What DRF attaches to its exceptions on the way here."""
    challenge = getattr(exc, "auth_header", None)
    return {"WWW-Authenticate": str(challenge)} if challenge else {}


def _is_admin(request: HttpRequest) -> bool:
    """Whether people, not programs, read this answer."""
    return request.path_info.split("/", 2)[1:2] == ["admin"]


def _is_html(answer: HttpResponseBase) -> bool:
    """Whether the answer would open as a page."""
    return answer.get("Content-Type", "").startswith("text/html")
