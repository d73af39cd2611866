"""Django's WSGI handler, less its belief in the charset that a client names.

Django decodes the query with it while it builds the request, before any middleware: a charset
such as `idna` makes that raise, and the server answers 500 (measured, Django 5.2.19).
"""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Utf8Request(WSGIRequest):
    """A request whose query is UTF-8, as the URL standard has it, whatever its body claims."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        """Note the media type and its parameters, and decode nothing with them."""
        self.content_type, self.content_params = parse_header_parameters(
            meta.get("CONTENT_TYPE", "")
        )


class Utf8Handler(WSGIHandler):
    """The handler for wsgi.py."""

    request_class = Utf8Request
