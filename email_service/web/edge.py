"""The base of every view: what OPTIONS answers, and who may ask it."""

from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet


class Edge(ViewSet):
    """A viewset whose OPTIONS names the methods (RFC 9110, 9.3.7), needs no key and has no body."""

    def perform_authentication(self, request: Request) -> None:
        """Ask who calls, unless it only asks what may be called."""
        if request.method != "OPTIONS":
            super().perform_authentication(request)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:  # noqa: ARG002
        """204; DRF adds Allow to every answer."""
        return Response(status=204)
