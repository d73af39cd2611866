"""The shapes in which mail enters and leaves the store."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any, NamedTuple

from mock_smtp.mime.addresses import Address


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What the client said in SMTP, whatever the headers claim."""

    sender: str
    recipients: list[str]
    username: str = ""


@dataclass(frozen=True, kw_only=True)
class NewMail:
    """Everything known of a mail before it is kept."""

    source: bytes
    received: int
    envelope: Envelope
    message_id: str
    subject: str
    sender: Address
    recipients: list[Address]
    copies: list[Address]
    blind_copies: list[Address]
    reply_to: list[Address]
    attachments: int
    inlines: int
    snippet: str
    digest: str
    flaws: list[str]
    tags: list[str]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """One row of a list of mails, as stored."""

    id: int
    received: int
    message_id: str
    subject: str
    sender: Address
    recipients: list[Address]
    copies: list[Address]
    blind_copies: list[Address]
    reply_to: list[Address]
    size: int
    attachments: int
    inlines: int
    snippet: str
    seen: bool
    username: str
    envelope_from: str
    envelope_to: list[str]
    digest: str
    flaws: list[str]
    tags: list[str]


class Totals(NamedTuple):
    """How many mails there are, and how many of them nobody has opened."""

    total: int
    unread: int


SUMMARY_COLUMNS = (
    "id, received, message_id, subject, sender, recipients, copies, blind_copies, reply_to, size,"
    " attachments, inlines, snippet, seen, username, envelope_from, envelope_to, digest, flaws,"
    " (SELECT json_group_array(name) FROM tag WHERE tag.mail = mail.id) AS tags"
)


def summary_from(row: sqlite3.Row) -> Summary:
    """Read one row that was selected with `SUMMARY_COLUMNS`."""
    plain: dict[str, Any] = dict(row)
    for column in ("recipients", "copies", "blind_copies", "reply_to"):
        plain[column] = addresses_from(row[column])
    for column in ("envelope_to", "flaws"):
        plain[column] = json.loads(row[column])
    plain["tags"] = sorted(json.loads(row["tags"]), key=str.lower)
    plain["sender"] = addresses_from(row["sender"])[0]
    plain["seen"] = bool(row["seen"])
    return Summary(**plain)


def summary_of(mail: NewMail, number: int) -> Summary:
    """The row that a mail has just become, without reading it back."""
    return Summary(
        id=number,
        received=mail.received,
        message_id=mail.message_id,
        subject=mail.subject,
        sender=mail.sender,
        recipients=mail.recipients,
        copies=mail.copies,
        blind_copies=mail.blind_copies,
        reply_to=mail.reply_to,
        size=len(mail.source),
        attachments=mail.attachments,
        inlines=mail.inlines,
        snippet=mail.snippet,
        seen=False,
        username=mail.envelope.username,
        envelope_from=mail.envelope.sender,
        envelope_to=mail.envelope.recipients,
        digest=mail.digest,
        flaws=mail.flaws,
        tags=mail.tags,
    )


def addresses_to_json(addresses: list[Address]) -> str:
    """Write addresses the way the search by person expects them."""
    return json.dumps([list(address) for address in addresses], ensure_ascii=False)


def addresses_from(text: str) -> list[Address]:
    """Read what `addresses_to_json` wrote."""
    return [Address(*pair) for pair in json.loads(text)]
