"""The questions on rows: each reads from one consistent view."""

import sqlite3
from collections.abc import Sequence

from mock_smtp.store.query import Condition
from mock_smtp.store.rows import SUMMARY_COLUMNS, Summary, Totals, summary_from

EVERYTHING = Condition("1", ())


def totals(connection: sqlite3.Connection, condition: Condition = EVERYTHING) -> Totals:
    """How many mails fulfil the condition, and how many of them are unread."""
    if condition == EVERYTHING:
        sql = "SELECT (SELECT count(*) FROM mail), (SELECT count(*) FROM mail WHERE seen = 0)"
        return Totals(*connection.execute(sql).fetchone())
    sql = f"SELECT count(*), coalesce(sum(seen = 0), 0) FROM mail WHERE {condition.sql}"  # noqa: S608 - conditions are ours, values are bound
    return Totals(*connection.execute(sql, condition.values).fetchone())


def page(
    connection: sqlite3.Connection, condition: Condition, *, start: int, limit: int | None
) -> list[Summary]:
    """Mails that fulfil the condition, newest first; a limit of None means all."""
    rows = connection.execute(
        f"SELECT {SUMMARY_COLUMNS} FROM mail WHERE {condition.sql}"  # noqa: S608 - conditions are ours, values are bound
        " ORDER BY id DESC LIMIT ? OFFSET ?",
        (*condition.values, -1 if limit is None else limit, start),
    )
    return [summary_from(row) for row in rows]


def matching_ids(connection: sqlite3.Connection, condition: Condition) -> list[int]:
    """The ids of all mails that fulfil the condition, newest first."""
    sql = f"SELECT id FROM mail WHERE {condition.sql} ORDER BY id DESC"  # noqa: S608 - conditions are ours, values are bound
    return [row[0] for row in connection.execute(sql, condition.values)]


def summary(connection: sqlite3.Connection, number: int) -> Summary | None:
    """The row of one mail, or None."""
    found = page(connection, Condition("id = ?", (number,)), start=0, limit=1)
    return found[0] if found else None


def newest_id(connection: sqlite3.Connection, condition: Condition = EVERYTHING) -> int | None:
    """The id of the newest mail that fulfils the condition, or None."""
    sql = f"SELECT id FROM mail WHERE {condition.sql} ORDER BY id DESC LIMIT 1"  # noqa: S608 - conditions are ours, values are bound
    row = connection.execute(sql, condition.values).fetchone()
    return int(row[0]) if row else None


def source(connection: sqlite3.Connection, number: int) -> bytes | None:
    """The source of a mail, byte for byte, or None."""
    row = connection.execute("SELECT source, upload FROM raw WHERE mail = ?", (number,)).fetchone()
    if row is None:
        return None
    if row["upload"] is None:
        return bytes(row["source"])
    pieces = connection.execute(
        "SELECT source FROM piece WHERE upload = ? ORDER BY number", (row["upload"],)
    )
    return b"".join(piece[0] for piece in pieces)


def tags(connection: sqlite3.Connection) -> dict[str, int]:
    """Every tag in use and how many mails have it, sorted without regard to case."""
    rows = connection.execute("SELECT name, count(*) FROM tag GROUP BY name ORDER BY lower(name)")
    return {row[0]: row[1] for row in rows}


def copies(connection: sqlite3.Connection, message_ids: Sequence[str]) -> dict[str, int]:
    """How often each of the Message-IDs came."""
    sql = "SELECT count(*) FROM mail WHERE message_id = ?"
    named = {text for text in message_ids if text}
    return {text: connection.execute(sql, (text,)).fetchone()[0] for text in named}


def origin(connection: sqlite3.Connection) -> str:
    """The mark by which this database is told from any other."""
    return str(connection.execute("SELECT mark FROM origin").fetchone()[0])


def database_size(connection: sqlite3.Connection) -> int:
    """Bytes in use by mail, without what was deleted and may be reused."""
    pages = connection.execute("PRAGMA main.page_count").fetchone()[0]
    free = connection.execute("PRAGMA main.freelist_count").fetchone()[0]
    return int((pages - free) * connection.execute("PRAGMA main.page_size").fetchone()[0])
