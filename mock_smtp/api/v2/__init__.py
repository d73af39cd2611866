"""What no other inbox has: faults, and everything known about what a client did."""

from starlette.routing import BaseRoute, Route

from mock_smtp.api.v2 import faults, stats


def routes() -> list[BaseRoute]:
    """Every route under `/api/v2`."""
    return [
        Route("/faults", faults.listed, methods=["GET"]),
        Route("/faults", faults.added, methods=["POST"]),
        Route("/faults", faults.cleared, methods=["DELETE"]),
        Route("/faults/{id}", faults.removed, methods=["DELETE"]),
        Route("/stats", stats.shown, methods=["GET"]),
    ]
