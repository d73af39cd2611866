"""What no other inbox has: faults, and everything known about what a client did."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from mock_smtp.api.v2 import attempts, duplicates, faults, policies, stats, wait


def routes() -> list[BaseRoute]:
    """Every route under `/api/v2`; `openapi.yaml` describes the same."""
    return [
        Route("/openapi.yaml", described, methods=["GET"]),
        Route("/faults", faults.listed, methods=["GET"]),
        Route("/faults", faults.added, methods=["POST"]),
        Route("/faults", faults.cleared, methods=["DELETE"]),
        Route("/faults/{id}", faults.removed, methods=["DELETE"]),
        Route("/policies", policies.listed, methods=["GET"]),
        Route("/policies", policies.cleared, methods=["DELETE"]),
        Route("/policies/{name}", policies.switched_on, methods=["PUT"]),
        Route("/policies/{name}", policies.switched_off, methods=["DELETE"]),
        Route("/attempts", attempts.listed, methods=["GET"]),
        Route("/attempts/{id}", attempts.shown, methods=["GET"]),
        Route("/messages/{id}/transcript", attempts.of_message, methods=["GET"]),
        Route("/timeline", attempts.timeline, methods=["GET"]),
        Route("/duplicates", duplicates.listed, methods=["GET"]),
        Route("/diff", duplicates.compared, methods=["GET"]),
        Route("/wait", wait.waited, methods=["GET"]),
        Route("/stats", stats.shown, methods=["GET"]),
    ]


async def described(_request: Request) -> Response:
    """The OpenAPI description of these routes."""
    return FileResponse(Path(__file__).parent / "openapi.yaml", media_type="application/yaml")
