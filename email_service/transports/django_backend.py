"""Any Django e-mail backend as a transport; the console is Django's own."""

import asyncio
import smtplib
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage as MIMEMessage
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from email_service.transports.base import Connection, Guard, Transport, nothing_to_check
from email_service.transports.outcomes import (
    Delivery,
    Envelope,
    Outage,
    Phase,
    Reply,
    Verdict,
    fault_words,
    printable,
)


class DjangoBackendTransport(Transport):
    """Sends through the backend that `make` returns; one backend object a connection."""

    def __init__(self, name: str, make: Callable[[], BaseEmailBackend]) -> None:
        self.name = name
        self._make = make

    async def connect(self) -> Connection:
        """Open the backend. Whatever it raises is an outage: no message was involved yet."""
        try:
            backend = self._make()
            await asyncio.to_thread(backend.open)
        except Exception as error:
            raise Outage(Phase.CONNECT, fault_words(error)) from error
        return _BackendConnection(backend)


class StoredMessage(EmailMessage):
    """A message that was built at accept, in the shape that Django's backends ask for."""

    def __init__(self, envelope: Envelope, content: bytes) -> None:
        super().__init__(from_email=envelope.sender, to=envelope.recipients)
        self._content = content

    def message(self, **_policy: Any) -> Any:
        """The stored message, parsed; its bytes are what was accepted."""
        return message_from_bytes(self._content, MIMEMessage, policy=policy.SMTP)


class _BackendConnection(Connection):
    """One open backend."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self._backend = backend

    async def send(
        self, envelope: Envelope, content: bytes, guard: Guard = nothing_to_check
    ) -> Delivery:
        """Send one message; what the backend raises is sorted as smtplib's errors are."""
        guard()
        message = StoredMessage(envelope, content)
        try:
            await asyncio.to_thread(self._backend.send_messages, [message])
        except smtplib.SMTPRecipientsRefused as error:
            return _all_refused(error)
        except smtplib.SMTPResponseException as error:
            reply = Reply(error.smtp_code, _text(error.smtp_error))
            return Delivery(verdict=reply.verdict, phase=Phase.DATA, reply=reply)
        except Exception as error:  # noqa: BLE001 - one bad mail must not stop the queue
            return Delivery(verdict=Verdict.TRANSIENT, phase=Phase.DATA, error=fault_words(error))
        return Delivery(verdict=Verdict.SENT, phase=Phase.DOT)

    async def close(self) -> None:
        """Close the backend."""
        await asyncio.to_thread(self._backend.close)


def _all_refused(error: smtplib.SMTPRecipientsRefused) -> Delivery:
    """Nobody was accepted: worth another try if one of them only said "not now"."""
    replies = {who: Reply(code, _text(text)) for who, (code, text) in error.recipients.items()}
    first = min(replies.values(), key=lambda reply: reply.code)
    return Delivery(verdict=first.verdict, phase=Phase.RCPT, reply=first, refused=replies)


def _text(words: bytes | str) -> str:
    """smtplib's reply text, which is bytes or text."""
    return printable(words.decode("utf-8", "replace") if isinstance(words, bytes) else words)
