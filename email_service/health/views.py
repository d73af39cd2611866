"""/healthz, /livez, /readyz and /metrics: GET and HEAD, without a key, never cached."""

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from email_service.health import checks, metrics
from email_service.health.serializers import HealthSerializer, StatusSerializer


class ProbeView(APIView):
    """What the four have in common."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    def perform_content_negotiation(
        self,
        request: Request,  # noqa: ARG002 - DRF's signature
        force: bool = False,  # noqa: ARG002 - DRF's signature
    ) -> tuple[BaseRenderer, str]:
        """JSON whatever is accepted: an alarm must not fail over a header."""
        return JSONRenderer(), "application/json"

    @property
    def default_response_headers(self) -> dict[str, str]:
        """A verdict is of its moment."""
        return {**super().default_response_headers, "Cache-Control": "no-store"}


class HealthView(ProbeView):
    """How the service and what it stands on are doing, for people and alarms."""

    @extend_schema(
        operation_id="healthz",
        tags=["health"],
        summary="Database, Redis, outbox and worker",
        description="503 when the database, or a configured Redis, is down. A late queue or a "
        "stale worker is a warning with 200. Answers within 2 s whatever is silent.",
        auth=[],
        responses={200: HealthSerializer, 503: HealthSerializer},
    )
    def get(self, _request: Request) -> Response:
        """The verdict."""
        verdict = checks.health(settings.ENVIRONMENT.redis_url)
        version = settings.SPECTACULAR_SETTINGS["VERSION"]
        body = {"status": verdict.status, "version": version, "checks": verdict.checks}
        return Response(body, status=503 if verdict.status == checks.FAIL else 200)


class LiveView(ProbeView):
    """Whether the process answers; looks at nothing else, so that nothing else gets it killed."""

    @extend_schema(
        operation_id="livez",
        tags=["health"],
        summary="The process answers",
        auth=[],
        responses={200: StatusSerializer},
    )
    def get(self, _request: Request) -> Response:
        """It does."""
        return Response({"status": checks.PASS})


class ReadyView(ProbeView):
    """Whether requests can be taken: Redis is not needed for that."""

    @extend_schema(
        operation_id="readyz",
        tags=["health"],
        summary="The database answers and is migrated",
        auth=[],
        responses={200: StatusSerializer, 503: StatusSerializer},
    )
    def get(self, _request: Request) -> Response:
        """200, or 503."""
        if checks.ready():
            return Response({"status": checks.PASS})
        return Response({"status": checks.FAIL}, status=503)


class MetricsView(ProbeView):
    """Numbers for Prometheus."""

    @extend_schema(
        operation_id="metrics",
        tags=["health"],
        summary="Prometheus metrics",
        auth=[],
        responses={(200, "text/plain"): OpenApiTypes.STR},
    )
    def get(self, _request: Request) -> HttpResponse:
        """The numbers, in Prometheus' text format."""
        return HttpResponse(metrics.exposition(), content_type=metrics.CONTENT_TYPE)
