"""What can come of handing a mail over, sorted by phase first, then by code.

From MAIL on, a refusal concerns the message; whatever fails before is an outage of the server
or a fault of our configuration, and spends no attempt (`Outage`). Codes: RFC 5321 section 4.2.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

# Those of ASCII and those of Latin-1.
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")


def printable(words: str) -> str:
    """What somebody else said, spaces in the place of control characters.

    It is kept, logged and shown; PostgreSQL refuses a NUL, and others steer a terminal.
    """
    return words if words.isprintable() else words.translate(_CONTROLS)


def fault_words(fault: Exception) -> str:
    """An exception as a reason: its class and what it says."""
    return printable(f"{type(fault).__name__}: {fault}")


class Phase(StrEnum):
    """Where in the conversation it happened; `dot` is after the whole message was written."""

    CONNECT = "connect"
    HELO = "helo"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"


class Verdict(StrEnum):
    """What the sender does next: nothing, try again, give up, try once more, or decide."""

    SENT = "sent"
    TRANSIENT = "transient"
    PERMANENT = "permanent"
    PROTOCOL = "protocol"
    UNCERTAIN = "uncertain"


class Reply(NamedTuple):
    """A server's answer: its code and its text, lines joined by a space."""

    code: int
    text: str = ""

    @property
    def verdict(self) -> Verdict:
        """What this code asks the sender to do.

        500 to 504 may come from a session out of step, so they are worth one more try on a
        fresh connection; the other 5xx are final.
        """
        if 200 <= self.code < 300:
            return Verdict.SENT
        if 400 <= self.code < 500:
            return Verdict.TRANSIENT
        if 505 <= self.code < 600:
            return Verdict.PERMANENT
        return Verdict.PROTOCOL

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()


_NOBODY: Mapping[str, Reply] = MappingProxyType({})


class Envelope(NamedTuple):
    """Who a mail is from and for, as SMTP is told; `message_id` also names the file."""

    message_id: UUID
    sender: str
    recipients: tuple[str, ...]


class Delivery(NamedTuple):
    """How one hand-over ended.

    With verdict SENT, `refused` (5xx) and `deferred` (4xx) name the recipients that did not
    get it. With the others nobody got it, as far as is known; UNCERTAIN says that it is not.
    """

    verdict: Verdict
    phase: Phase
    reply: Reply | None = None
    error: str = ""
    refused: Mapping[str, Reply] = _NOBODY
    deferred: Mapping[str, Reply] = _NOBODY

    @property
    def reason(self) -> str:
        """The server's words, or ours where it said nothing."""
        return self.error or str(self.reply or "")


class Outage(Exception):
    """No connection to be had: the messages are innocent, try again later, spend nothing."""

    def __init__(self, phase: Phase, reason: str, code: int | None = None) -> None:
        super().__init__(f"{phase}: {reason}")
        self.phase = phase
        self.code = code
