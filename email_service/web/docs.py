"""The schema and its pages; everything they load is served from here, so they work offline."""

from typing import Any

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation

# Swagger UI styles its elements inline; its scripts are files of ours.
_PAGE_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, as YAML or as JSON."""

    content_negotiation_class = DefaultContentNegotiation


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI for the document."""

    content_negotiation_class = DefaultContentNegotiation
    url_name = "schema"

    @property
    def default_response_headers(self) -> dict[str, Any]:
        """The page may load its own files and call this service, nothing else."""
        return {**super().default_response_headers, "Content-Security-Policy": _PAGE_POLICY}
