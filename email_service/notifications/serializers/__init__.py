"""Plain serializers: what is read and what is answered, field by field.

None is a ModelSerializer: its unique validator would refuse a replay before the outbox,
which knows what a replay is, ever saw it.
"""

from email_service.notifications.serializers.addresses import envelope_form
from email_service.notifications.serializers.answers import (
    MessageAnswer,
    MessagePage,
    Problem,
    Receipt,
)
from email_service.notifications.serializers.queries import ListQuery
from email_service.notifications.serializers.requests import ContactRequest, NotifyRequest

__all__ = [
    "ContactRequest",
    "ListQuery",
    "MessageAnswer",
    "MessagePage",
    "NotifyRequest",
    "Problem",
    "Receipt",
    "envelope_form",
]
