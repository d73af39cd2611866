"""Routes that answer with and without their last slash, without a redirect.

A redirect would lose the body of a POST; two routes do not. `openapi.yaml` lists one form.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

View = Callable[..., HttpResponseBase]


def both_forms(route: str, view: View, *, name: str) -> list[URLPattern]:
    """`route`, and its twin with the last slash added or taken away."""
    twin = route[:-1] if route.endswith("/") else f"{route}/"
    return [path(route, view, name=name), path(twin, _unlisted(view))]


def _unlisted(view: View) -> View:
    """The same view, but not recognised as one by the schema generator."""

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    # Django's CSRF check looks for this mark on what it routes to.
    answer.csrf_exempt = getattr(view, "csrf_exempt", False)  # type: ignore[attr-defined]
    return answer
