"""The one way from a validated request to a 202, shared by the endpoints that accept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from email_service.notifications import dispatch, outbox
from email_service.notifications.views.carrier import message_id_of
from email_service.utils.logger import bound, bound_field, event
from email_service.web.problems import Refusal
from email_service.web.requests import MESSAGE_ID, TRACEPARENT


def read(form: type[Serializer[Any]], request: Request) -> tuple[dict[str, str], UUID | None]:
    """The validated content of a request, and the id that it gave, if any."""
    content = dict(_kept(form).run_validation(request.data))
    return content, message_id_of(request, content.pop("message_id", None))


@cache
def _kept(form: type[Serializer[Any]]) -> Serializer[Any]:
    """One serializer for all requests, as a list's child is for all items of the list.

    To build its fields anew took a twentieth of an accept.
    """
    return form()


def submission_of(request: Request, message_id: UUID, **parts: Any) -> outbox.Submission:
    """The outbox's form of the request: `parts`, and who asked in which trace."""
    request.META[MESSAGE_ID] = message_id
    return outbox.Submission(
        message_id=message_id,
        client=getattr(request.user, "name", ""),
        request_id=bound_field("request_id"),
        traceparent=request.META.get(TRACEPARENT, ""),
        **parts,
    )


def accept(submission: outbox.Submission, compose: Callable[[], outbox.Mail]) -> outbox.Receipt:
    """Keep the submission and its mail, and wake a sender.

    Raises Refusal (422) when the id stands for another message, OperationalError when the
    database cannot take it now.
    """
    attempts = 1 + settings.ENVIRONMENT.email_max_retries
    with _told_apart(submission):
        receipt = outbox.accept(submission, compose(), attempts=attempts)
        event("replayed" if receipt.replayed else "accepted", **_who(submission))
        if not receipt.replayed:
            dispatch.wake()
    return receipt


def earlier(submission: outbox.Submission) -> outbox.Receipt | None:
    """The receipt of an earlier accept of the same submission, None for a new one.

    Raises Refusal (422) when the id stands for another message.
    """
    with _told_apart(submission):
        receipt = outbox.known(submission)
        if receipt:
            event("replayed", **_who(submission))
    return receipt


def queued(receipt: outbox.Receipt) -> Response:
    """202: the same body for the first call and every replay, the header tells them apart."""
    headers = {"Location": f"/api/messages/{receipt.message_id}"}
    if receipt.replayed:
        headers["Idempotent-Replayed"] = "true"
    body = {"status": "queued", "message_id": str(receipt.message_id)}
    return Response(body, status=202, headers=headers)


@contextmanager
def _told_apart(submission: outbox.Submission) -> Iterator[None]:
    """Bind the id to every log line; refuse one that is taken without a word about by whom."""
    with bound(message_id=str(submission.message_id)):
        try:
            yield
        except outbox.KeyReused:
            event("key_conflict", **_who(submission))
            raise Refusal(
                "idempotency-key-reused", "Send this message with a new message_id."
            ) from None


def _who(submission: outbox.Submission) -> dict[str, Any]:
    """The fields that say which door was used, and by whom."""
    return {"kind": str(submission.kind), "client": submission.client or None}
