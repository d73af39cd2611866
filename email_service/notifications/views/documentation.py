"""What `openapi.yaml` says of the endpoints: real status codes, headers and problem bodies."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from email_service.notifications.serializers import (
    ContactRequest,
    ListQuery,
    MessageAnswer,
    MessagePage,
    NotifyRequest,
    Problem,
    Receipt,
)
from email_service.notifications.serializers.rules import UUID_RULE
from email_service.web.problem_types import PROBLEM_TYPES
from email_service.web.problems import MEDIA_TYPE

_KEY = OpenApiParameter(
    "Idempotency-Key",
    # The format tells what the pattern alone cannot: generators do not put dashes into headers.
    {"type": "string", "format": "uuid", "pattern": UUID_RULE.pattern},
    OpenApiParameter.HEADER,
    description="The message_id, given as a header, bare or in double quotes. With both, they "
    "must be the same UUID.",
)
_LOCATION = OpenApiParameter(
    "Location",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="Where the message's state can be read.",
    response=[202],
)
_REPLAYED = OpenApiParameter(
    "Idempotent-Replayed",
    {"type": "string", "enum": ["true"]},
    OpenApiParameter.HEADER,
    description="There if this id and content were accepted before: nothing is sent again.",
    response=[202],
)
_MESSAGE_ID = OpenApiParameter(
    "message_id",
    {"type": "string", "pattern": UUID_RULE.pattern},
    OpenApiParameter.PATH,
)


def _responses(
    ok: int, serializer: Any, description: str, *codes: str
) -> dict[Any, OpenApiResponse]:
    """One success, and the problems of these codes under their statuses."""
    found: dict[Any, OpenApiResponse] = {ok: OpenApiResponse(serializer, description)}
    kinds = [PROBLEM_TYPES[code] for code in codes]
    for status in sorted({kind.status for kind in kinds}):
        lines = [f"`{kind.code}`: {kind.title}." for kind in kinds if kind.status == status]
        found[status, MEDIA_TYPE] = OpenApiResponse(Problem, " ".join(lines))
    return found


_KEPT = "Kept, and it will be sent."
_ACCEPTING = (
    "invalid", "malformed", "idempotency-key-mismatch", "smtputf8-unsupported", "not-acceptable",
    "in-flight", "too-large", "unsupported-media-type", "idempotency-key-reused", "unavailable",
)  # fmt: skip
_WITH_KEY = ("unauthenticated", "forbidden")
_READING = (*_WITH_KEY, "not-acceptable", "unavailable")

describe_contact = extend_schema(
    operation_id="contact_create",
    tags=["messages"],
    summary="A visitor writes to the owner of the site",
    parameters=[_KEY, _LOCATION, _REPLAYED],
    request=ContactRequest,
    responses=_responses(202, Receipt, _KEPT, *_ACCEPTING, "rate-limited"),
)
describe_notify = extend_schema(
    operation_id="notify_create",
    tags=["messages"],
    summary="A service has a mail sent to one person",
    parameters=[_KEY, _LOCATION, _REPLAYED],
    request=NotifyRequest,
    responses=_responses(202, Receipt, _KEPT, *_ACCEPTING, *_WITH_KEY, "idempotency-key-required"),
)
describe_retrieve = extend_schema(
    operation_id="messages_retrieve",
    tags=["messages"],
    summary="What became of a message",
    parameters=[_MESSAGE_ID],
    responses=_responses(200, MessageAnswer, "Its state.", *_READING, "not-found"),
)
describe_list = extend_schema(
    operation_id="messages_list",
    tags=["messages"],
    summary="Messages, newest first",
    parameters=[ListQuery],
    responses=_responses(200, MessagePage, "At most 50 messages.", *_READING, "invalid"),
)
describe_replay = extend_schema(
    operation_id="messages_replay",
    tags=["messages"],
    summary="Queue a failed message again",
    parameters=[_MESSAGE_ID, _LOCATION],
    request=None,
    responses=_responses(
        202,
        Receipt,
        "Queued again.",
        *_READING,
        "not-found",
        "in-flight",
        "not-failed",
        "too-large",
    ),
)
