"""/api/messages: what became of a message, the list of them, and a second chance."""

from uuid import UUID

from django.conf import settings
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from email_service.notifications import dispatch, outbox
from email_service.notifications.models import NotificationLog
from email_service.notifications.serializers import ListQuery, MessageAnswer, MessagePage
from email_service.notifications.serializers.rules import UUID_RULE
from email_service.notifications.views.accepting import queued
from email_service.notifications.views.documentation import (
    describe_list,
    describe_replay,
    describe_retrieve,
)
from email_service.notifications.views.pages import page_of, readable
from email_service.utils.logger import bound, event
from email_service.web.edge import Edge
from email_service.web.keys import ServiceKey
from email_service.web.problems import Refusal
from email_service.web.requests import MESSAGE_ID


class MessageViewSet(Edge):
    """For services with a key; any key reads any message."""

    authentication_classes = [ServiceKey]

    @describe_retrieve
    def retrieve(self, request: Request, message_id: str) -> Response:
        """One message with its attempts."""
        identity = _identity(request, message_id)
        row = readable(NotificationLog.objects.filter(message_id=identity)).first()
        if row is None:
            raise Http404
        return Response(MessageAnswer(row).data)

    @describe_list
    def list(self, request: Request) -> Response:
        """Messages, newest first, a page at a time."""
        query = ListQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        return Response(MessagePage(page_of(request, **query.validated_data)).data)

    @describe_replay
    def replay(self, request: Request, message_id: str) -> Response:
        """Queue a failed message again, with a new budget of attempts."""
        identity = _identity(request, message_id)
        _requeue(identity)
        with bound(message_id=str(identity)):
            event("replay_requested", client=getattr(request.user, "name", "") or None)
            dispatch.wake()
        return queued(outbox.Receipt(identity, replayed=False))


def _identity(request: Request, message_id: str) -> UUID:
    """The id in the path; what is not a UUID is the address of nothing."""
    if not UUID_RULE.fits(message_id):
        raise Http404
    request.META[MESSAGE_ID] = identity = UUID(message_id)
    return identity


def _requeue(identity: UUID) -> None:
    """Queue the message if it has failed; raises Http404, or Refusal (409) in any other state."""
    rows = NotificationLog.objects.filter(message_id=identity)
    if rows.replay(settings.ENVIRONMENT.email_max_retries):
        return
    if not rows.exists():
        raise Http404
    raise Refusal("not-failed", "This message has not failed.")
