"""The brief's `send_email()`, and `compose()`, which builds every mail once, at accept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import format_datetime, parseaddr
from functools import cache
from uuid import UUID, uuid4

from asgiref.sync import async_to_sync
from django.conf import settings
from django.utils.timezone import now

from email_service.transports import (
    Delivery,
    Envelope,
    Outage,
    Reply,
    Transport,
    Verdict,
    transport_named,
)
from email_service.utils.mime import text_message


class MailError(Exception):
    """Nobody got the mail; the leaves say what to do next. Outage is raised as it is.

    MailError
     ├── TransientMailError   try again later
     ├── UncertainMailError   it may have arrived: trying again may send it twice
     └── PermanentMailError   do not try again
    """

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(f"{delivery.phase}: {delivery.reason}")
        self.delivery = delivery


class TransientMailError(MailError):
    """The server could not take it now."""


class UncertainMailError(MailError):
    """The line broke after the whole message was out."""


class PermanentMailError(MailError):
    """The server will not take it."""


@dataclass(frozen=True, kw_only=True)
class Composed:
    """A mail ready to leave: the envelope's two sides, and the message in CRLF lines."""

    sender: str
    recipients: list[str]
    subject: str
    mime: bytes


@dataclass(frozen=True, kw_only=True)
class Sent:
    """Who got the mail, and what the server said of those who did not."""

    message_id: UUID
    accepted: list[str]
    refused: dict[str, Reply] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """`sent`, or `partially_sent` when somebody was refused."""
        return "partially_sent" if self.refused else "sent"


def compose(
    *, message_id: UUID, to: Sequence[str], subject: str, body: str, reply_to: Sequence[str] = ()
) -> Composed:
    """Build the message: text/plain, 7-bit safe, `Message-ID: <message_id@MESSAGE_ID_DOMAIN>`.

    The same id on every retry and replay lets a reader's mailbox recognise a twin. Raises
    ValueError when a header would hold a line break.
    """
    headers = [
        ("From", settings.DEFAULT_FROM_EMAIL),
        ("To", ", ".join(to)),
        *([("Reply-To", ", ".join(reply_to))] if reply_to else []),
        ("Subject", subject),
        ("Date", format_datetime(now())),
        ("Message-ID", f"<{message_id}@{settings.ENVIRONMENT.message_id_domain}>"),
        ("Auto-Submitted", "auto-generated"),  # RFC 3834: no holiday replies, please
    ]
    mime = text_message(headers, body)
    sender = _address_in(settings.DEFAULT_FROM_EMAIL)
    return Composed(sender=sender, recipients=list(to), subject=subject, mime=mime)


@cache
def _address_in(mailbox: str) -> str:
    """The address of `Name <address>`; one mailbox sends them all."""
    return parseaddr(mailbox)[1]


def send_email(
    *,
    to: str | Sequence[str],
    subject: str,
    body: str,
    reply_to: Sequence[str] = (),
    message_id: UUID | None = None,
    transport: Transport | None = None,
) -> Sent:
    """Send one mail now, through EMAIL_TRANSPORT, and wait for the server's answer.

    Returns who got it: a recipient that was refused while others were accepted is in
    `refused`, with the server's reply, and nothing is raised for it. Raises Outage,
    TransientMailError, UncertainMailError or PermanentMailError when nobody got it.
    For a mail that must survive a crash use `POST /api/notify/`: this keeps no row.
    """
    recipients = [to] if isinstance(to, str) else list(to)
    identity = message_id or uuid4()
    mail = compose(
        message_id=identity, to=recipients, subject=subject, body=body, reply_to=reply_to
    )
    envelope = Envelope(identity, mail.sender, tuple(recipients))
    way = transport or transport_named(settings.ENVIRONMENT.email_transport, settings.ENVIRONMENT)
    delivery = async_to_sync(_send_once)(way, envelope, mail.mime)
    missed = {**delivery.refused, **delivery.deferred}
    accepted = [who for who in recipients if who not in missed]
    return Sent(message_id=identity, accepted=accepted, refused=missed)


async def _send_once(transport: Transport, envelope: Envelope, mime: bytes) -> Delivery:
    """Connect, send, close; raises unless somebody got it."""
    connection = await transport.connect()
    try:
        delivery = await connection.send(envelope, mime)
    finally:
        await connection.close()
    if delivery.verdict != Verdict.SENT:
        raise _ERRORS[delivery.verdict](delivery)
    return delivery


_ERRORS: dict[Verdict, type[MailError]] = {
    Verdict.TRANSIENT: TransientMailError,
    Verdict.PROTOCOL: TransientMailError,
    Verdict.UNCERTAIN: UncertainMailError,
    Verdict.PERMANENT: PermanentMailError,
}

__all__ = [
    "Composed",
    "MailError",
    "Outage",
    "PermanentMailError",
    "Sent",
    "TransientMailError",
    "UncertainMailError",
    "compose",
    "send_email",
]
