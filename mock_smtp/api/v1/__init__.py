"""Mailpit's REST API v1: its routes, answered from our mailbox."""

from starlette.routing import BaseRoute, Route

from mock_smtp.api.v1 import (
    about,
    chaos,
    links,
    message,
    messages,
    release,
    search,
    send,
    tags,
    thumb,
)
from mock_smtp.api.v1.swagger import swagger_of


def routes() -> list[BaseRoute]:
    """Every route under `/api/v1`, its description included."""
    answered = _answered()
    return [*answered, swagger_of(answered)]


def _answered() -> list[BaseRoute]:
    return [
        Route("/messages", messages.listed, methods=["GET"]),
        Route("/messages", messages.marked, methods=["PUT"]),
        Route("/messages", messages.deleted, methods=["DELETE"]),
        Route("/search", search.found, methods=["GET"]),
        Route("/search", search.deleted, methods=["DELETE"]),
        Route("/message/{id}", message.shown, methods=["GET"]),
        Route("/message/{id}/headers", message.headers, methods=["GET"]),
        Route("/message/{id}/raw", message.raw, methods=["GET"]),
        Route("/message/{id}/part/{part}", message.part, methods=["GET"]),
        Route("/message/{id}/part/{part}/thumb", thumb.thumb, methods=["GET"]),
        Route("/message/{id}/link-check", links.checked, methods=["GET"]),
        Route("/message/{id}/release", release.released, methods=["POST"]),
        Route("/send", send.sent, methods=["POST"]),
        Route("/tags", tags.listed, methods=["GET"]),
        Route("/tags", tags.assigned, methods=["PUT"]),
        Route("/tags/{tag:path}", tags.renamed, methods=["PUT"]),
        Route("/tags/{tag:path}", tags.removed, methods=["DELETE"]),
        Route("/chaos", chaos.shown, methods=["GET"]),
        Route("/chaos", chaos.changed, methods=["PUT"]),
        Route("/info", about.info, methods=["GET"]),
        Route("/webui", about.webui, methods=["GET"]),
    ]
