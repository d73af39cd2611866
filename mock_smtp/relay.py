"""Releasing a mail to the world, through the one server that was named for it."""

import smtplib
import ssl
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from mock_smtp.mime.rewriting import with_headers

_PATIENCE = 30


@dataclass(frozen=True, kw_only=True)
class Relay:
    """The server that mail is released through, and how it wants to be spoken to."""

    host: str
    port: int
    tls: str = "none"
    login: tuple[str, str] | None = None

    def release(self, source: bytes, sender: str, recipients: Sequence[str]) -> None:
        """Hand a mail over, in a thread of its own; raises OSError or smtplib.SMTPException."""
        with self._connection() as connection:
            if self.tls == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if self.login:
                connection.login(*self.login)
            connection.ehlo_or_helo_if_needed()
            options = _options(connection, source, [sender, *recipients])
            connection.sendmail(sender, recipients, source, options)

    def _connection(self) -> smtplib.SMTP:
        if self.tls == "implicit":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=_PATIENCE, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=_PATIENCE)


def for_release(source: bytes) -> bytes:
    """The mail as it leaves: no blind copies, sent now, a Message-ID of its own, as in Mailpit."""
    return with_headers(
        source,
        {
            "Date": format_datetime(datetime.now(UTC)),
            "Message-ID": f"<{uuid.uuid4().hex}@mock-smtp>",
            "Bcc": None,
            "Return-Path": None,
        },
    )


def _options(connection: smtplib.SMTP, source: bytes, addresses: Sequence[str]) -> list[str]:
    options = []
    if not source.isascii() and connection.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    if not all(address.isascii() for address in addresses) and connection.has_extn("smtputf8"):
        options.append("SMTPUTF8")
    return options
