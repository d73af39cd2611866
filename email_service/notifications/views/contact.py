"""POST /api/contact/: a visitor writes to the owner of the site."""

from functools import partial
from uuid import UUID, uuid4

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from email_service.notifications import outbox
from email_service.notifications.models import Kind
from email_service.notifications.serializers import ContactRequest, envelope_form
from email_service.notifications.views.accepting import (
    accept,
    earlier,
    queued,
    read,
    submission_of,
)
from email_service.notifications.views.documentation import describe_contact
from email_service.utils.mailer import compose
from email_service.web import rate
from email_service.web.edge import Edge


class ContactViewSet(Edge):
    """Public: no key, but CONTACT_RATE new messages per address."""

    @describe_contact
    def create(self, request: Request) -> Response:
        """Keep the message, answer 202; the owner gets it by mail."""
        content, given = read(ContactRequest, request)
        submission = _submission(request, given or uuid4(), content)
        receipt = _replayed_or_counted(request, submission, given) or accept(
            submission, partial(_mail, submission.message_id, content)
        )
        return queued(receipt)


def _replayed_or_counted(
    request: Request, submission: outbox.Submission, given: UUID | None
) -> outbox.Receipt | None:
    """An earlier receipt, which costs nothing; else None, and the message counts as a new one."""
    if settings.ENVIRONMENT.contact_rate is None:
        return None
    receipt = earlier(submission) if given else None
    if receipt is None:
        rate.spend(request._request)
    return receipt


def _submission(request: Request, message_id: UUID, content: dict[str, str]) -> outbox.Submission:
    """What the outbox keeps of it."""
    return submission_of(request, message_id, kind=Kind.CONTACT, content=content, contact=content)


def _mail(message_id: UUID, content: dict[str, str]) -> outbox.Mail:
    """The mail to the owner. The visitor is in Reply-To: as From, SPF and DMARC would refuse it."""
    return compose(
        message_id=message_id,
        to=[settings.ENVIRONMENT.contact_recipient],
        subject=f"Contact from {content['name']}",
        body=content["message"],
        reply_to=[envelope_form(content["email"])],
    )
