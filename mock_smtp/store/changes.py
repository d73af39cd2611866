"""The verbs on rows: each runs inside the writer's transaction."""

import json
import sqlite3
from collections.abc import Sequence

from mock_smtp.store.rows import NewMail, addresses_to_json

PIECE = 256 * 1024
LARGE = 512 * 1024

_INSERT = """
INSERT INTO mail (received, message_id, subject, sender, recipients, copies, blind_copies, reply_to,
    size, attachments, inlines, snippet, username, envelope_from, envelope_to, digest, flaws)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def keep(connection: sqlite3.Connection, mail: NewMail, upload: str | None = None) -> int:
    """Insert a mail and its source, or point to the pieces of an upload; returns its id."""
    row = connection.execute(_INSERT, _columns(mail))
    number = int(row.lastrowid or 0)
    source = None if upload else mail.source
    connection.execute("INSERT INTO raw VALUES (?, ?, ?)", (number, source, upload))
    add_tags(connection, [number], mail.tags)
    return number


def _columns(mail: NewMail) -> tuple[object, ...]:
    return (
        mail.received,
        mail.message_id,
        mail.subject,
        addresses_to_json([mail.sender]),
        addresses_to_json(mail.recipients),
        addresses_to_json(mail.copies),
        addresses_to_json(mail.blind_copies),
        addresses_to_json(mail.reply_to),
        len(mail.source),
        mail.attachments,
        mail.inlines,
        mail.snippet,
        mail.envelope.username,
        mail.envelope.sender,
        json.dumps(mail.envelope.recipients, ensure_ascii=False),
        mail.digest,
        json.dumps(mail.flaws),
    )


def keep_piece(connection: sqlite3.Connection, upload: str, number: int, source: bytes) -> None:
    """Write one piece of a large source ahead of its mail."""
    connection.execute("INSERT INTO piece VALUES (?, ?, ?)", (upload, number, source))


def mark_seen(connection: sqlite3.Connection, ids: Sequence[int], *, seen: bool) -> list[int]:
    """Mark mails read or unread; returns the ids whose state changed."""
    changed: list[int] = []
    for number in ids:
        row = connection.execute(
            "UPDATE mail SET seen = ? WHERE id = ? AND seen <> ?", (seen, number, seen)
        )
        changed += [number] * row.rowcount
    return changed


def mark_all_seen(connection: sqlite3.Connection, *, seen: bool) -> int:
    """Mark every mail; returns how many changed."""
    return connection.execute("UPDATE mail SET seen = ? WHERE seen <> ?", (seen, seen)).rowcount


def forget(connection: sqlite3.Connection, ids: Sequence[int]) -> list[int]:
    """Delete mails with all that belongs to them; returns the ids that existed."""
    return [number for number in ids if _forget(connection, number)]


def _forget(connection: sqlite3.Connection, number: int) -> bool:
    row = connection.execute("DELETE FROM mail WHERE id = ?", (number,))
    if not row.rowcount:
        return False
    connection.execute(
        "DELETE FROM piece WHERE upload = (SELECT upload FROM raw WHERE mail = ?)", (number,)
    )
    connection.execute("DELETE FROM raw WHERE mail = ?", (number,))
    connection.execute("DELETE FROM tag WHERE mail = ?", (number,))
    connection.execute("DELETE FROM attempt WHERE mail = ?", (number,))
    return True


def forget_all(connection: sqlite3.Connection) -> int:
    """Delete every mail and every recorded attempt; returns how many mails there were."""
    count = connection.execute("DELETE FROM mail").rowcount
    connection.execute(
        "DELETE FROM piece WHERE upload IN (SELECT upload FROM raw WHERE upload IS NOT NULL)"
    )
    for table in ("raw", "tag", "attempt"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - the names stand one line above
    return count


def add_tags(connection: sqlite3.Connection, ids: Sequence[int], tags: Sequence[str]) -> None:
    """Give mails further tags, in the spelling under which a tag already exists."""
    for tag in tags:
        known = connection.execute("SELECT name FROM tag WHERE name = ? LIMIT 1", (tag,)).fetchone()
        for number in ids:
            connection.execute(
                "INSERT OR IGNORE INTO tag SELECT id, ? FROM mail WHERE id = ?",
                (known[0] if known else tag, number),
            )


def set_tags(connection: sqlite3.Connection, ids: Sequence[int], tags: Sequence[str]) -> None:
    """Replace the tags of mails."""
    for number in ids:
        connection.execute("DELETE FROM tag WHERE mail = ?", (number,))
    add_tags(connection, ids, tags)


def rename_tag(connection: sqlite3.Connection, name: str, new: str) -> int:
    """Rename a tag everywhere; returns how many mails had it."""
    return connection.execute("UPDATE tag SET name = ? WHERE name = ?", (new, name)).rowcount


def drop_tag(connection: sqlite3.Connection, name: str) -> int:
    """Remove a tag everywhere; returns how many mails had it."""
    return connection.execute("DELETE FROM tag WHERE name = ?", (name,)).rowcount
