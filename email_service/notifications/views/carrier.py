"""The message's UUID, which travels in the body or in the header `Idempotency-Key`."""

from uuid import UUID

from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from email_service.notifications.serializers.rules import KEY_HEADER_RULE

HEADER = "Idempotency-Key"


def message_id_of(request: Request, in_body: UUID | None) -> UUID | None:
    """The id that the caller gave, None if neither body nor header has one.

    Raises ValidationError for a header that is no UUID, or is another one than the body's.
    """
    header = request.headers.get(HEADER)
    if header is None:
        return in_body
    if not KEY_HEADER_RULE.fits(header):
        raise _wrong(HEADER, KEY_HEADER_RULE.sentence, "not_allowed")
    in_header = UUID(header.strip('"'))
    if in_body is not None and in_body != in_header:
        sentence = "The header's id is not the body's message_id."
        raise _wrong(HEADER, sentence, "idempotency-key-mismatch")
    return in_header


def demand(message_id: UUID | None) -> None:
    """Raise ValidationError where a deployment requires callers to give an id and none is there."""
    if message_id is None:
        sentence = "Send message_id or the header Idempotency-Key."
        raise _wrong("message_id", sentence, "idempotency-key-required")


def _wrong(where: str, sentence: str, code: str) -> ValidationError:
    """The error for one carrier."""
    return ValidationError({where: [ErrorDetail(sentence, code)]})
