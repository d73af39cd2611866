"""Mail that carries a marker, by whichever way the service sends: inbox, folders, stdout."""

import email
import email.policy
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from time import monotonic, sleep

from mock_smtp.client import Inbox

_DJANGO_SEPARATOR = re.compile(rb"^-{79}\r?\n?", re.MULTILINE)
_TURN = 0.04
SETTLE = 0.4
"""Seconds to look on after the mail that was waited for: a second one would come about then."""


@dataclass(frozen=True)
class Mail:
    """One mail as it was sent, and where: `envelope_to` is empty unless SMTP carried it."""

    source: bytes
    where: str
    envelope_from: str = ""
    envelope_to: tuple[str, ...] = ()

    @property
    def message(self) -> EmailMessage:
        """It, parsed."""
        parsed = email.message_from_bytes(self.source, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)  # noqa: S101 - the default policy makes no other
        return parsed

    def header(self, name: str) -> str:
        """A decoded header, empty if absent or beyond repair."""
        try:
            return str(self.message.get(name, ""))
        except (ValueError, LookupError, IndexError, AttributeError):
            return ""

    @property
    def body(self) -> str:
        """The text of it, decoded as it says."""
        return "\n".join(_texts(self.message))

    def carries(self, marker: str) -> bool:
        """Whether the marker stands in it, decoded or raw."""
        return marker.encode() in self.source or marker in self._decoded()

    def _decoded(self) -> str:
        headers = "\n".join(self.header(name) for name in ("Subject", "From", "To", "Reply-To"))
        return f"{headers}\n{self.body}"


class InboxMails:
    """The mails of one mock inbox."""

    def __init__(self, inbox: Callable[[], Inbox]) -> None:
        self._inbox = inbox

    def with_marker(self, marker: str) -> list[Mail]:
        """Every mail that carries the marker, oldest first."""
        inbox = self._inbox()
        found = [self._fetch(inbox, summary["ID"]) for summary in inbox.search(f'"{marker}"')]
        return [mail for mail in reversed(found) if mail.carries(marker)]

    def _fetch(self, inbox: Inbox, id: str) -> Mail:  # noqa: A002 - the API's word
        attempt = inbox.transcript(id)
        return Mail(inbox.raw(id), "inbox", attempt["from"], tuple(attempt["to"]))


class FolderMails:
    """The mails in folders, parsed: one file may hold several, or none."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = list(folders)

    def with_marker(self, marker: str) -> list[Mail]:
        """Every mail in a folder that carries the marker."""
        return [mail for mail in self._all() if mail.carries(marker)]

    def _all(self) -> Iterator[Mail]:
        for folder in self._folders:
            files = sorted(folder.rglob("*")) if folder.is_dir() else []
            for path in files:
                if path.is_file():
                    yield from _mails_in(path)


def wait_for_mails(
    look: Callable[[], list[Mail]], *, seconds: float, settle: float = SETTLE
) -> list[Mail]:
    """What `look` finds once it finds something and a moment after; empty after `seconds`."""
    give_up = monotonic() + seconds
    while not (found := look()):
        if monotonic() > give_up:
            return found
        sleep(_TURN)
    sleep(settle)
    return look()


def are_different(mails: list[Mail]) -> bool:
    """Whether there are several mails, and not one mail that came several times."""
    names = [mail.header("Message-ID") for mail in mails]
    return len(names) > 1 and len(set(names)) == len(names)


def _mails_in(path: Path) -> Iterator[Mail]:
    try:
        octets = path.read_bytes()
    except OSError:
        return
    for piece in _DJANGO_SEPARATOR.split(octets):
        if piece.strip():
            yield Mail(piece.lstrip(b"\r\n"), path.name)


def _texts(message: EmailMessage) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_maintype() == "text":
            try:
                yield str(part.get_content())
            except (LookupError, ValueError, KeyError):
                payload = part.get_payload(decode=True)
                yield payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
