"""A claim in one PostgreSQL statement, as `queue` says it in four of the ORM's."""

from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from orjson import loads

from email_service.notifications.models.claimed import Claimed
from email_service.notifications.models.prepared import Prepared

# What is due is `NotificationQuerySet.due`'s to say; here it is said again.
_STATEMENT = """
WITH due AS (
    SELECT id FROM notifications_notificationlog
    WHERE status = 'queued' AND next_attempt_at <= statement_timestamp() AND {kind}
        AND (lease_until IS NULL OR lease_until <= statement_timestamp())
    ORDER BY next_attempt_at, id LIMIT $1 FOR UPDATE SKIP LOCKED
)
UPDATE notifications_notificationlog AS row
SET lease_token = $2, lease_until = statement_timestamp() + $3 * interval '1 second'
FROM due WHERE row.id = due.id
RETURNING row.id, message_id, sender, recipients, reached, refused, mime, attempt_count,
    attempt_limit, protocol_errors, request_id
"""
_TYPES = ("int", "uuid", "float8")
# Two statements, for each kind has an index of its own.
_among_others = Prepared("claim_among_others", _TYPES, _STATEMENT.format(kind="NOT alone"))
_alone = Prepared("claim_alone", _TYPES, _STATEMENT.format(kind="alone"))


def plain_claim(limit: int, lease: float, *, alone: bool) -> list[Claimed]:
    """Take up to `limit` due rows for `lease` seconds; see `NotificationQuerySet.claim`."""
    token = uuid4()
    statement = _alone if alone else _among_others
    with connection.cursor() as cursor:
        statement.run(cursor, (limit, str(token), lease))
        return sorted(_claimed(found, token) for found in cursor.fetchall())


def _claimed(found: tuple[Any, ...], token: UUID) -> Claimed:
    """The row, its JSON read: Django has the driver leave that as text."""
    return Claimed._make((*found[:3], *map(loads, found[3:6]), *found[6:], token))
