"""Addresses of SMTP commands, and the envelope as it is kept."""

import re

from aiosmtpd.smtp import Envelope, LoginPassword, Session

from mock_smtp.mime.headers import as_text
from mock_smtp.store import rows

_LOCAL = r"""(?:"(?:[^"\\]|\\.){0,1024}"|[^\s"<>@(),:;\\\[\]]{1,1024})"""
_DOMAIN = r"(?:@[^\s<>@()\",;]{1,1024})"
_PATH = re.compile(
    rf"\s*(?:<(?:@[^\s:<>]{{1,1024}}:)?(?P<path>(?:{_LOCAL}{_DOMAIN}?)?)>|(?P<bare>{_LOCAL}{_DOMAIN}))"
    r"(?:\s+(?P<rest>.*))?",
    re.DOTALL,
)


def read_path(text: str) -> tuple[str | None, str | None]:
    """The address of MAIL or RCPT and the parameters behind it (RFC 5321, section 4.1.2).

    `<>` is the null address. None is an address that cannot be; empty text is no address at all.
    """
    match = _PATH.fullmatch(text)
    if match:
        address = match["bare"] or match["path"] or "<>"
        return address, match["rest"] or ""
    first = text.split(maxsplit=1)[:1]
    meant = bool(first) and ("@" in first[0] or "<" in first[0])
    return (None, None) if meant else ("", "")


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
