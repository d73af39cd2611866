"""The endpoints, in three steps each: read, call, answer."""

from email_service.notifications.views.contact import ContactViewSet
from email_service.notifications.views.messages import MessageViewSet
from email_service.notifications.views.notify import NotifyViewSet

__all__ = ["ContactViewSet", "MessageViewSet", "NotifyViewSet"]
