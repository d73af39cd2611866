"""What happens at each verb: faults first, then our own rules, then the mailbox."""

import asyncio
import itertools
import logging
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import MISSING, Envelope, Session
from prometheus_client import Histogram

from mock_smtp.capture import capture
from mock_smtp.mailbox import Mailbox
from mock_smtp.smtp.counts import Counts
from mock_smtp.smtp.envelopes import kept_envelope, readable
from mock_smtp.smtp.faults import Stage, Visit
from mock_smtp.smtp.ledger import Attempt
from mock_smtp.smtp.trouble import Troubles
from mock_smtp.store import rows
from mock_smtp.store.changes import LARGE

if TYPE_CHECKING:
    from mock_smtp.smtp.connection import Connection

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the server refuses by itself."""

    max_recipients: int = 0
    recipients_allowed: re.Pattern[str] | None = None
    auth_required: bool = False


class Hooks:
    """aiosmtpd calls these for every client; the state of a conversation is its own."""

    def __init__(self, mailbox: Mailbox, counts: Counts, troubles: Troubles, rules: Rules) -> None:
        self.mailbox = mailbox
        self.counts = counts
        self.troubles = troubles
        self.rules = rules
        self.acknowledged_after = Histogram(
            "mock_smtp_acknowledgement_seconds",
            "Time from the end of a mail's content to its 250.",
            registry=None,
        )
        self._open: set[Connection] = set()
        self._sessions = itertools.count(1)

    def next_session(self) -> int:
        """A number for one more connection."""
        return next(self._sessions)

    def opened(self, conversation: "Connection") -> None:
        """A client has connected."""
        self._open.add(conversation)
        self.counts.connections_opened += 1
        self.counts.connections_open += 1

    def closed(self, conversation: "Connection") -> None:
        """A client has gone."""
        self._open.discard(conversation)
        self.counts.connections_open -= 1

    def hang_up_all(self) -> None:
        """Close every connection, as at the end of the server."""
        for conversation in list(self._open):
            if conversation.transport is not None:
                conversation.transport.close()

    def record(self, attempt: Attempt) -> None:
        """An attempt has ended: count it, and keep it without holding up its client."""
        self.counts.ended(attempt.outcome, attempt.stage)
        self.mailbox.record(attempt)

    async def handle_HELO(  # noqa: N802 - aiosmtpd's name
        self, server: "Connection", session: Session, _envelope: Envelope, hostname: str
    ) -> str:
        """Greet, unless a fault says otherwise."""
        reply = await server.meet(Visit(stage="helo"))
        if reply is None:
            session.host_name = hostname
        return reply or f"250 {server.hostname}"

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self,
        server: "Connection",
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """Greet and say what we can do, unless a fault says otherwise."""
        reply = await server.meet(Visit(stage="helo"))
        if reply is not None:
            return [reply]
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", "250-ENHANCEDSTATUSCODES", responses[-1]]

    async def handle_AUTH(  # noqa: N802 - aiosmtpd's name
        self, server: "Connection", _session: Session, _envelope: Envelope, _args: list[str]
    ) -> Any:
        """Let a fault answer in place of the credentials check."""
        reply = await server.meet(Visit(stage="auth"))
        return MISSING if reply is None else reply

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self,
        server: "Connection",
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Begin a transaction."""
        sender = readable(address)
        server.ledger.reached("mail", sender=sender)
        reply = await server.meet(Visit(stage="mail", sender=sender))
        if reply is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return reply or "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: "Connection",
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Accept a recipient."""
        sender, recipient = readable(envelope.mail_from or ""), readable(address)
        server.ledger.reached("rcpt", recipient=recipient)
        visit = Visit(stage="rcpt", sender=sender, recipients=(recipient,))
        reply = await server.meet(visit) or self._refusal(envelope, recipient)
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or "250 2.1.5 Ok"

    def _refusal(self, envelope: Envelope, recipient: str) -> str | None:
        allowed, most = self.rules.recipients_allowed, self.rules.max_recipients
        if allowed and not allowed.search(recipient):
            return "550 5.1.0 Recipient is not on the allow-list"
        if most and len(envelope.rcpt_tos) >= most:
            return "452 4.5.3 Too many recipients"
        return None

    def reading(self, server: "Connection", subject: str) -> Visit:
        """The visit of a mail whose content is on its way."""
        envelope = kept_envelope(server.envelope, server.session)
        return _visit("data", envelope, subject, reading=True)

    async def content(self, server: "Connection", envelope: Envelope, source: bytes) -> str:
        """Keep a mail and acknowledge it; whatever goes wrong is a reason to come again."""
        began = time.monotonic()
        mail = await _captured(source, kept_envelope(envelope, server.session))
        server.ledger.reached("data", message_id=mail.message_id, subject=mail.subject)
        reply = await server.meet(_visit("data", mail.envelope, mail.subject))
        if reply is not None:
            return reply
        kept = await self.mailbox.keep(mail)
        server.ledger.kept(kept.id)
        self.counts.messages_accepted += 1
        self.counts.messages_accepted_bytes += kept.size
        await server.meet(_visit("after-store", mail.envelope, mail.subject))
        self.acknowledged_after.observe(time.monotonic() - began)
        return f"250 2.0.0 Ok: queued as {kept.id}"

    async def handle_exception(self, error: Exception) -> str:
        """Answer our own failure so that the client tries again, without telling it why."""
        log.error("An SMTP command failed.", exc_info=error)
        return "451 4.3.0 Local failure, try again later"


async def _captured(source: bytes, envelope: rows.Envelope) -> rows.NewMail:
    """Read a small mail at once; a large one in a thread, so that other clients go on."""
    if len(source) <= LARGE:
        return capture(source, envelope)
    return await asyncio.to_thread(capture, source, envelope)


def _visit(stage: Stage, envelope: rows.Envelope, subject: str, *, reading: bool = False) -> Visit:
    recipients = tuple(envelope.recipients)
    return Visit(
        stage=stage,
        reading=reading,
        sender=envelope.sender,
        recipients=recipients,
        subject=subject,
    )
