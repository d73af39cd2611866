"""The paths of the health endpoints; who includes them adds the forms with a last slash."""

from collections.abc import Callable

from django.http.response import HttpResponseBase

from email_service.health.views import HealthView, LiveView, MetricsView, ReadyView

PROBES: dict[str, Callable[..., HttpResponseBase]] = {
    "healthz": HealthView.as_view(),
    "livez": LiveView.as_view(),
    "readyz": ReadyView.as_view(),
    "metrics": MetricsView.as_view(),
}
