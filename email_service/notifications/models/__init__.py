"""The rows: what was asked (ContactMessage), what leaves (NotificationLog), how it went (Attempt).

Row questions are nouns (`due`, `ended_badly`), row changes are verbs (`claim`, `defer`, `fail`),
and no other room assigns a status. Time always comes from the database: hosts disagree.
"""

from email_service.notifications.models.arrival import fingerprint_of, keep
from email_service.notifications.models.attempts import Attempt, OpenAttempt, Outcome
from email_service.notifications.models.claimed import Claimed
from email_service.notifications.models.contact import ContactMessage
from email_service.notifications.models.notification import Kind, NotificationLog, Status
from email_service.notifications.models.rate import RateWindow
from email_service.notifications.models.relay import Relay, Worker
from email_service.notifications.models.settlement import Settlement
from email_service.notifications.models.turns import rescue, turn

__all__ = [
    "Attempt",
    "Claimed",
    "ContactMessage",
    "Kind",
    "NotificationLog",
    "OpenAttempt",
    "Outcome",
    "RateWindow",
    "Relay",
    "Settlement",
    "Status",
    "Worker",
    "fingerprint_of",
    "keep",
    "rescue",
    "turn",
]
