"""What drf-spectacular cannot see by itself: our fields, our keys, links and common headers.

The classes register themselves with drf-spectacular when this module is imported.
"""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_bearer_security_scheme_object

from email_service.web.problem_types import PROBLEM_TYPES
from email_service.web.problems import MEDIA_TYPE

Schema = dict[str, Any]

_INTRODUCTION = """\
Accepts messages once, keeps them, and sends each at least once.

Repeat a request with the same `message_id` (or header `Idempotency-Key`) as often as needed:
it counts once. After 409, 429 or 503 wait for `Retry-After` seconds, then repeat it unchanged.
Every path answers with and without its last slash. Unknown members of a body are ignored.

Errors are `application/problem+json` (RFC 9457). Their codes:
"""
_RETRY_AFTER = {
    "description": "Seconds to wait before the same request is sent again.",
    "schema": {"type": "integer", "minimum": 1},
}
_REQUEST_ID = {
    "description": "The request's id, sent or made; it is in every log line.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
}


class RuledTextSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A rule's expression and length, as the field itself checks them."""

    target_class = "email_service.notifications.serializers.fields.RuledText"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Schema:  # noqa: ARG002
        """The schema of the target field."""
        rule = self.target.rule
        return {"type": "string", "pattern": rule.pattern, "maxLength": rule.longest}


class ServiceKeySchema(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer KEY`."""

    target_class = "email_service.web.keys.ServiceKey"
    name = "serviceKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:  # noqa: ARG002
        """The security scheme."""
        return build_bearer_security_scheme_object("Authorization", "Bearer")


def complete(result: Schema, **_context: Any) -> Schema:
    """The postprocessing hook: introduction, common headers, links from a 202 to its message."""
    codes = (f"- `{kind.code}` ({kind.status}): {kind.title}" for kind in PROBLEM_TYPES.values())
    result["info"]["description"] = _INTRODUCTION + "\n" + "\n".join(codes)
    result["components"]["headers"] = {"RequestId": _REQUEST_ID, "RetryAfter": _RETRY_AFTER}
    for status, response in _responses(result):
        _complete_response(status, response)
    _forget_marks(result)
    return result


def _responses(result: Schema) -> Iterator[tuple[str, Schema]]:
    """Every response of every operation, with its status."""
    for operations in result["paths"].values():
        for operation in operations.values():
            yield from operation["responses"].items()


def _complete_response(status: str, response: Schema) -> None:
    """Add to one response what all of its status have."""
    headers = response.setdefault("headers", {})
    headers["X-Request-ID"] = {"$ref": "#/components/headers/RequestId"}
    if status in {"409", "429", "503"} and MEDIA_TYPE in response["content"]:
        headers["Retry-After"] = {"$ref": "#/components/headers/RetryAfter"}
    if status == "202":
        response["links"] = _links()


def _forget_marks(node: Any) -> None:
    """Drop the notes that drf-spectacular left for a hook of its own."""
    if isinstance(node, dict):
        node.pop("x-spec-enum-id", None)
        node = list(node.values())
    for child in node if isinstance(node, list) else ():
        _forget_marks(child)


def _links() -> Schema:
    """What can be done with a message that was accepted."""
    given = {"message_id": "$response.body#/message_id"}
    return {
        "GetMessage": {"operationId": "messages_retrieve", "parameters": given},
        "ReplayMessage": {"operationId": "messages_replay", "parameters": given},
    }
