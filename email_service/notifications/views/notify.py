"""POST /api/notify/: a service has a mail sent to one person."""

from functools import partial
from uuid import UUID, uuid4

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from email_service.notifications import outbox
from email_service.notifications.models import Kind
from email_service.notifications.serializers import NotifyRequest, envelope_form
from email_service.notifications.views.accepting import accept, queued, read, submission_of
from email_service.notifications.views.carrier import demand
from email_service.notifications.views.documentation import describe_notify
from email_service.utils.mailer import compose
from email_service.web.edge import Edge
from email_service.web.keys import ServiceKey


class NotifyViewSet(Edge):
    """For services with a key: without one this would be an open mail relay."""

    authentication_classes = [ServiceKey]

    @describe_notify
    def create(self, request: Request) -> Response:
        """Keep the mail, answer 202."""
        content, given = read(NotifyRequest, request)
        if settings.ENVIRONMENT.notify_require_key:
            demand(given)
        submission = submission_of(request, given or uuid4(), kind=Kind.NOTIFY, content=content)
        return queued(accept(submission, partial(_mail, submission.message_id, content)))


def _mail(message_id: UUID, content: dict[str, str]) -> outbox.Mail:
    """The mail as it was asked for."""
    return compose(
        message_id=message_id,
        to=[envelope_form(content["to"])],
        subject=content["subject"],
        body=content["body"],
    )
