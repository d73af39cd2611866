"""The common turn in one PostgreSQL statement: these mails were sent, take those.

What `turns` says in seven statements of the ORM; with a full house of connections the dispatcher
spent two thirds of its time building those (docs/benchmarks.md).
"""

from collections.abc import Sequence

from django.db import connection

from email_service.notifications.models.attempts import OpenAttempt
from email_service.notifications.models.claimed import Claimed
from email_service.notifications.models.prepared import Prepared, array
from email_service.notifications.models.settlement import Settlement

# Each row is changed only by who still holds its token; an attempt only with its row.
_STATEMENT = """
WITH settled AS (
    UPDATE notifications_notificationlog AS row
    SET status = 'sent', reached = row.recipients, recipients = '[]', next_attempt_at = NULL,
        lease_token = NULL, lease_until = NULL, alone = FALSE, last_error = ''
    FROM unnest($1, $2, $3, $4, $5, $6)
        AS ended (row, token, attempt, phase, smtp_code, duration_ms)
    WHERE row.id = ended.row AND row.lease_token = ended.token
    RETURNING ended.*
), closed AS (
    UPDATE notifications_attempt AS attempt
    SET outcome = 'sent', phase = settled.phase, smtp_code = settled.smtp_code, error = '',
        duration_ms = settled.duration_ms
    FROM settled WHERE attempt.id = settled.attempt
), taken AS (
    UPDATE notifications_notificationlog AS row
    SET status = 'sending', attempt_count = row.attempt_count + 1
    FROM unnest($7, $8) AS next (row, token)
    WHERE row.id = next.row AND row.lease_token = next.token AND row.status = 'queued'
    RETURNING row.id, row.attempt_count
)
INSERT INTO notifications_attempt (message_id, number, at, outcome, phase, error)
SELECT id, attempt_count, statement_timestamp(), 'taken', '', '' FROM taken
RETURNING id, message_id, number
"""
_TYPES = (
    "bigint[]", "uuid[]", "bigint[]", "text[]", "int[]", "int[]",  # what ended
    "bigint[]", "uuid[]",  # what is taken
)  # fmt: skip
_plain_turn = Prepared("plain_turn", _TYPES, _STATEMENT)


def plain_turn(
    settlements: Sequence[Settlement], takes: Sequence[Claimed]
) -> dict[int, OpenAttempt]:
    """Settle attempts that reached everybody and take these rows; see `turns.turn`."""
    ends = (
        [s.row for s in settlements],
        [s.token for s in settlements],
        [s.attempt for s in settlements],
        [s.phase for s in settlements],
        [s.smtp_code for s in settlements],
        [s.duration_ms for s in settlements],
    )
    nexts = ([row.pk for row in takes], [row.token for row in takes])
    values = [array(column) for column in (*ends, *nexts)]
    return {made.message_id: made for made in _attempts(values)}


def _attempts(values: Sequence[str]) -> list[OpenAttempt]:
    """Run the statement; the attempts that it opened."""
    with connection.cursor() as cursor:
        _plain_turn.run(cursor, values)
        return [OpenAttempt._make(found) for found in cursor.fetchall()]
