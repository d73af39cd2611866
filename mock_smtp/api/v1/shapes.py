"""The JSON shapes of Mailpit: one mail in a list, one mail in full, its attachments."""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from starlette.responses import JSONResponse

from mock_smtp.mime.addresses import Address
from mock_smtp.mime.content import content_of
from mock_smtp.mime.headers import first
from mock_smtp.mime.mail import Mail
from mock_smtp.mime.parts import Part
from mock_smtp.store.rows import Summary, Totals

_LINK = re.compile(r"<\s*((?:https?|mailto):[^\s<>]+)\s*>", re.IGNORECASE)


class Answer(JSONResponse):
    """JSON that a browser which takes it for HTML could not misread."""

    def render(self, content: Any) -> bytes:
        """Write `<`, `>` and `&` as escapes, as Mailpit does."""
        text = super().render(content)
        for letter, escape in ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026")):
            text = text.replace(letter, escape)
        return text + b"\n"


def summary_json(row: Summary) -> dict[str, Any]:
    """A MessageSummary."""
    return {
        "ID": str(row.id),
        "MessageID": row.message_id,
        "Read": row.seen,
        "From": address_json(row.sender),
        "To": addresses_json(row.recipients),
        "Cc": addresses_json(row.copies),
        "Bcc": addresses_json(row.blind_copies),
        "ReplyTo": addresses_json(row.reply_to),
        "Subject": row.subject,
        "Created": moment_json(received(row)),
        "Username": row.username,
        "Tags": row.tags,
        "Size": row.size,
        "Attachments": row.attachments,
        "Snippet": row.snippet,
    }


def summaries_json(
    rows: Iterable[Summary], *, mailbox: Totals, matches: Totals, start: int, tags: Iterable[str]
) -> dict[str, Any]:
    """A MessagesSummary."""
    messages = [summary_json(row) for row in rows]
    return {
        "total": mailbox.total,
        "unread": mailbox.unread,
        "count": len(messages),
        "messages_count": matches.total,
        "messages_unread": matches.unread,
        "start": start,
        "tags": list(tags),
        "messages": messages,
    }


def message_json(row: Summary, mail: Mail) -> dict[str, Any]:
    """A Message, with the `Read` that Mailpit's older clients ask for."""
    date = mail.date or received(row)
    summary = summary_json(row)
    shared = ("ID", "MessageID", "From", "To", "Cc", "Bcc", "ReplyTo", "Subject", "Tags", "Size")
    return {
        **{name: summary[name] for name in (*shared, "Username")},
        "Read": True,
        "ReturnPath": row.envelope_from,
        "ListUnsubscribe": unsubscribe_json(mail),
        "Date": moment_json(date),
        "Text": mail.text,
        "HTML": mail.html,
        "Inline": [attachment_json(mail, part) for part in mail.inlines],
        "Attachments": [attachment_json(mail, part) for part in mail.attachments],
    }


def attachment_json(mail: Mail, part: Part) -> dict[str, Any]:
    """An Attachment with its three checksums."""
    content = content_of(mail.source, part)
    return {
        "PartID": part.number,
        "FileName": part.file_name,
        "ContentType": part.content_type.value,
        "ContentID": part.content_id,
        "Size": len(content),
        "Checksums": {
            "MD5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
            "SHA1": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
            "SHA256": hashlib.sha256(content).hexdigest(),
        },
    }


def unsubscribe_json(mail: Mail) -> dict[str, Any]:
    """What List-Unsubscribe offers, and what is wrong with it."""
    header = first(mail.headers, "List-Unsubscribe")
    links = _LINK.findall(header)
    web = [link for link in links if link.lower().startswith("http")]
    flawed = header and (not links or len(web) > 1 or len(links) - len(web) > 1)
    return {
        "Header": header,
        "Links": links,
        "Errors": "wants at most one mailto and one http link in <…>" if flawed else "",
        "HeaderPost": first(mail.headers, "List-Unsubscribe-Post"),
    }


def address_json(address: Address) -> dict[str, str]:
    """An Address: both keys are always there."""
    return {"Name": address.name, "Address": address.address}


def addresses_json(addresses: Iterable[Address]) -> list[dict[str, str]]:
    """A list of addresses, empty rather than null."""
    return [address_json(address) for address in addresses]


def received(row: Summary) -> datetime:
    """When a mail was received."""
    return datetime.fromtimestamp(row.received / 1000, UTC)


def moment_json(moment: datetime) -> str:
    """RFC 3339, zeros trimmed, `Z` for UTC."""
    text = moment.isoformat(timespec="milliseconds")
    stem, zone = text[:23], text[23:]
    stem = stem.rstrip("0").rstrip(".") if "." in stem else stem
    return stem + ("Z" if zone == "+00:00" else zone)
