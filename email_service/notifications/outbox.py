"""Accept: one transaction keeps what was asked and the mail it promises, exactly once.

The database decides who is first: INSERT, and on conflict read. The row is the record of the
UUID's use, so it survives every process, Redis and restart.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from hashlib import sha256
from json import dumps
from typing import Any, Protocol
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from email_service.notifications.models import Kind, fingerprint_of, keep

# Part of every fingerprint: raise it when a field gains a meaning, and old rows keep theirs.
_FINGERPRINT_VERSION = 1


class KeyReused(Exception):
    """This UUID stands for another message: send again with a new one (HTTP 422)."""


class Mail(Protocol):
    """What leaves: the SMTP envelope and the message, built once (`mailer.compose` makes it)."""

    @property
    def sender(self) -> str:
        """MAIL FROM."""

    @property
    def recipients(self) -> list[str]:
        """RCPT TO, one each."""

    @property
    def subject(self) -> str:
        """As people read it in the admin."""

    @property
    def mime(self) -> bytes:
        """The whole message, in CRLF lines."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One validated request. `content` is what a repeat must share to count as the same."""

    message_id: UUID
    kind: Kind
    content: Mapping[str, str]
    client: str = ""
    request_id: str = ""
    traceparent: str = ""
    contact: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """What the caller is told: the message's address, and whether it was known before."""

    message_id: UUID
    replayed: bool


def accept(submission: Submission, mail: Mail, *, attempts: int) -> Receipt:
    """Keep `submission` and its `mail`; on return both are committed.

    Raises KeyReused when the UUID is taken by other content, another endpoint or another
    client. Raises django.db.OperationalError when the database cannot take it now: nothing
    is half-done then, and the same UUID may be tried again.
    """
    try:
        with _savepoint():
            keep(_row(submission, mail, attempts), submission.contact)
    except IntegrityError:
        if receipt := known(submission):
            return receipt
        raise
    return Receipt(submission.message_id, replayed=False)


def known(submission: Submission) -> Receipt | None:
    """The receipt of an earlier accept of the same submission, None if there was none.

    Raises KeyReused as `accept` does.
    """
    first = fingerprint_of(submission.message_id)
    if first is None:
        return None
    if first != fingerprint(submission):
        raise KeyReused
    return Receipt(submission.message_id, replayed=True)


def fingerprint(submission: Submission) -> str:
    """SHA-256, in hex, over the validated content, the operation and the client.

    Never over raw bytes: a caller that serialises again may space and order differently.
    """
    canonical = dumps(
        [_FINGERPRINT_VERSION, submission.kind, submission.client, dict(submission.content)],
        sort_keys=True,
        separators=(",", ":"),
    )
    return sha256(canonical.encode()).hexdigest()


def _savepoint() -> AbstractContextManager[None]:
    """What a known UUID leaves intact of a transaction that the caller has begun."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _row(submission: Submission, mail: Mail, attempts: int) -> dict[str, Any]:
    """The new message's values."""
    return {
        "message_id": submission.message_id,
        "kind": submission.kind,
        "client": submission.client,
        "fingerprint": fingerprint(submission),
        "sender": mail.sender,
        "recipients": mail.recipients,
        "subject": mail.subject,
        "mime": mail.mime,
        "attempt_limit": attempts,
        "request_id": submission.request_id,
        "traceparent": submission.traceparent,
    }
