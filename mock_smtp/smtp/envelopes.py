"""Addresses of SMTP commands, and the envelope as it is kept."""

import re

from aiosmtpd.smtp import Envelope, LoginPassword, Session

from mock_smtp.mime.headers import as_text
from mock_smtp.store import rows

_PLAIN = re.compile(r"^\s*<([^<>\s\"\\()]{0,1024})>\s*(.*)$")
_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+$")


def plain_address(text: str) -> tuple[str, str] | None:
    """The address and the parameters behind it, or None where it takes a full parser."""
    match = _PLAIN.match(text)
    if not match or (match[1] and not _ADDRESS.match(match[1])):
        return None
    return match[1] or "<>", match[2]


def readable(address: str) -> str:
    """An address as text: the null sender is empty, bytes that are no UTF-8 are read anyway."""
    return "" if address == "<>" else as_text(address.encode("utf-8", "surrogateescape"))


def kept_envelope(envelope: Envelope, session: Session) -> rows.Envelope:
    """What the client said, as text, with the name it logged in under."""
    login = session.auth_data.login if isinstance(session.auth_data, LoginPassword) else b""
    return rows.Envelope(
        sender=readable(envelope.mail_from or ""),
        recipients=[readable(address) for address in envelope.rcpt_tos],
        username=as_text(login),
    )
