"""A message arrives: is it known, and else its rows, the mail and what the visitor wrote.

On PostgreSQL both rows are one prepared statement, so a transaction by itself; to have the ORM
build the INSERTs took a third of an accept, to have it look a sixth (docs/benchmarks.md).
"""

from collections.abc import Mapping
from json import dumps
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from email_service.notifications.models.contact import ContactMessage
from email_service.notifications.models.notification import NotificationLog
from email_service.notifications.models.prepared import Prepared

_MESSAGE = {
    "message_id": "uuid", "kind": "text", "client": "text", "fingerprint": "text",
    "sender": "text", "recipients": "jsonb", "subject": "text", "mime": "bytea",
    "attempt_limit": "int", "request_id": "text", "traceparent": "text",
}  # fmt: skip
_CONTACT = {"name": "text", "email": "text", "message": "text"}


def _insertion(contact: str) -> str:
    """INSERT of a message whose contact is the SQL expression `contact`."""
    return f"""
INSERT INTO notifications_notificationlog ({", ".join(_MESSAGE)}, contact_id,
    reached, refused, status, attempt_count, protocol_errors, last_error, alone)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, {contact},
    '[]', '{{}}', 'queued', 0, 0, '', FALSE
"""


_message = Prepared("new_message", [*_MESSAGE.values()], _insertion("NULL"))
_message_of_contact = Prepared(
    "new_message_of_contact",
    [*_MESSAGE.values(), *_CONTACT.values()],
    f"""
WITH contact AS (
    INSERT INTO notifications_contactmessage (message_id, name, email, message)
    VALUES ($1, $12, $13, $14) RETURNING id
)
{_insertion("contact.id")} FROM contact
""",  # noqa: S608 - of constants
)


_fingerprint = Prepared(
    "fingerprint_of",
    ["uuid"],
    "SELECT fingerprint FROM notifications_notificationlog WHERE message_id = $1",
)


def fingerprint_of(message_id: UUID) -> str | None:
    """The fingerprint that the message with this UUID was kept with, None if there is none."""
    if connection.vendor != "postgresql":
        rows = NotificationLog.objects.filter(message_id=message_id)
        return rows.values_list("fingerprint", flat=True).first()
    with connection.cursor() as cursor:
        _fingerprint.run(cursor, [str(message_id)])
        found = cursor.fetchone()
    return found[0] if found else None


def keep(message: Mapping[str, Any], contact: Mapping[str, Any]) -> None:
    """Insert `message` (values of NotificationLog), and `contact` (of ContactMessage) if any.

    Both or none, and committed on return, unless the caller has begun a transaction. Raises
    IntegrityError if the message's UUID is known.
    """
    if connection.vendor == "postgresql":
        _keep_at_once(message, contact)
    else:
        _keep_in_turn(message, contact)


def _keep_in_turn(message: Mapping[str, Any], contact: Mapping[str, Any]) -> None:
    """As the ORM does it, on every database."""
    with transaction.atomic():
        written = None
        if contact:
            written = ContactMessage.objects.create(message_id=message["message_id"], **contact)
        NotificationLog.objects.create(contact=written, **message)


def _keep_at_once(message: Mapping[str, Any], contact: Mapping[str, Any]) -> None:
    """In one statement of PostgreSQL."""
    spelled = {
        **message,
        "message_id": str(message["message_id"]),
        "recipients": dumps(message["recipients"]),
    }
    values = [spelled[name] for name in _MESSAGE]
    with connection.cursor() as cursor:
        if contact:
            _message_of_contact.run(cursor, values + [contact[name] for name in _CONTACT])
        else:
            _message.run(cursor, values)
