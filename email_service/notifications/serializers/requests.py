"""What callers send: one plain serializer an endpoint. Unknown members are ignored."""

from typing import Any

from rest_framework import serializers

from email_service.notifications.serializers.fields import AddressField, MessageIdField, RuledText
from email_service.notifications.serializers.rules import multi_line, single_line

LONGEST_NAME = 200
LONGEST_SUBJECT = 200
LONGEST_BODY = 50_000


class ContactRequest(serializers.Serializer[Any]):
    """A visitor's message to the owner of the site. Unknown members are ignored."""

    name = RuledText(single_line(LONGEST_NAME), help_text="Who writes.")
    email = AddressField(help_text="Where an answer goes (Reply-To); never the sender.")
    message = RuledText(multi_line(LONGEST_BODY), help_text="Plain text, kept as it is.")
    message_id = MessageIdField(
        required=False, help_text="Makes a repeat safe; the service makes one if it is absent."
    )


class NotifyRequest(serializers.Serializer[Any]):
    """A service's message to one person. Unknown members are ignored."""

    to = AddressField(help_text="One address, no display name.")
    subject = RuledText(single_line(LONGEST_SUBJECT))
    body = RuledText(multi_line(LONGEST_BODY), help_text="Plain text, kept as it is.")
    message_id = MessageIdField(
        required=False, help_text="Makes a repeat safe; the service makes one if it is absent."
    )
