"""How a mail leaves: console, file, SMTP, or any Django e-mail backend.

A transport makes connections; a connection takes an envelope and bytes and answers with a
`Delivery`. Nothing here knows of rows, retries or Celery.
"""

from email_service.transports.base import Connection, Transport, nothing_to_check
from email_service.transports.choose import transport_named
from email_service.transports.outcomes import (
    Delivery,
    Envelope,
    Outage,
    Phase,
    Reply,
    Verdict,
    fault_words,
)

__all__ = [
    "Connection",
    "Delivery",
    "Envelope",
    "Outage",
    "Phase",
    "Reply",
    "Transport",
    "Verdict",
    "fault_words",
    "nothing_to_check",
    "transport_named",
]
