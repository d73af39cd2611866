"""The service speaks JSON: it reads nothing else, and says so to who accepts nothing else."""

from collections.abc import Iterable
from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

# From the most specific to the least: the first one named decides (RFC 9110, 12.5.1).
_RANGES_OF_JSON = ("application/json", "application/problem+json", "application/*", "*/*")


class JSONOnly(BaseContentNegotiation):
    """application/json in, application/json out; 415 and 406 for the rest."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """The JSON parser if the body says that it is JSON, None (415) if not."""
        named = str(request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == named), None)

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002 - DRF's signature
    ) -> tuple[BaseRenderer, str]:
        """The JSON renderer, unless Accept excludes JSON."""
        renderer = next(iter(renderers))
        if not accepts_json(request.headers.get("Accept", "")):
            raise NotAcceptable("This service answers application/json.")
        return renderer, str(renderer.media_type)


def accepts_json(header: str) -> bool:
    """Whether an Accept header allows JSON; an absent or empty one allows everything."""
    weights = dict(_weighted(part) for part in header.split(",") if part.strip())
    if not weights:
        return True
    return next((weights[kind] > 0 for kind in _RANGES_OF_JSON if kind in weights), False)


def _weighted(part: str) -> tuple[str, float]:
    """One media range of an Accept header and its q, 1 where there is none that can be read."""
    kind, *parameters = part.split(";")
    named: dict[str, Any] = dict(p.strip().partition("=")[::2] for p in parameters)
    quality = str(named.get("q", "1"))
    return kind.strip().lower(), float(quality) if quality.replace(".", "", 1).isdecimal() else 1.0
