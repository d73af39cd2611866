"""Mails that came more than once, grouped, and how the copies differ."""

import difflib
import sqlite3
from dataclasses import dataclass
from typing import Literal

from mock_smtp.mime.headers import as_text, first, read_headers
from mock_smtp.store import questions
from mock_smtp.store.query import Condition

By = Literal["message-id", "content", "header"]
_MOST_LINES = 4000
_MOST_MAILS = 20_000


@dataclass(frozen=True)
class Group:
    """Copies of one mail, oldest first, and what they have in common."""

    key: str
    ids: list[int]


def duplicates(connection: sqlite3.Connection, by: By, header: str = "") -> list[Group]:
    """Every group of two or more, the one with the newest copy first."""
    if by == "header":
        groups = _by_header(connection, header)
    else:
        groups = _by_column(connection, "message_id" if by == "message-id" else "digest")
    return sorted(groups, key=lambda group: group.ids[-1], reverse=True)


def copies_of(connection: sqlite3.Connection, number: int) -> list[int]:
    """All mails with the Message-ID of this one, itself included, oldest first."""
    condition = Condition(
        "id = ? OR message_id = (SELECT message_id FROM mail WHERE id = ? AND message_id <> '')",
        (number, number),
    )
    return questions.matching_ids(connection, condition)[::-1]


def difference(connection: sqlite3.Connection, one: int, other: int) -> list[str] | None:
    """The lines in which two sources differ, as a unified diff; None if a mail is gone."""
    left, right = questions.source(connection, one), questions.source(connection, other)
    if left is None or right is None:
        return None
    return list(
        difflib.unified_diff(_lines(left), _lines(right), str(one), str(other), lineterm="", n=2)
    )


def _lines(source: bytes) -> list[str]:
    return as_text(source).splitlines()[:_MOST_LINES]


def _by_column(connection: sqlite3.Connection, column: str) -> list[Group]:
    rows = connection.execute(
        f"SELECT {column}, group_concat(id) FROM (SELECT id, {column} FROM mail ORDER BY id)"  # noqa: S608 - the column is ours
        f" WHERE {column} <> '' GROUP BY {column} HAVING count(*) > 1"
    )
    return [Group(row[0], sorted(int(text) for text in row[1].split(","))) for row in rows]


def _by_header(connection: sqlite3.Connection, name: str) -> list[Group]:
    found: dict[str, list[int]] = {}
    rows = connection.execute("SELECT id FROM mail ORDER BY id DESC LIMIT ?", (_MOST_MAILS,))
    for number in sorted(row[0] for row in rows.fetchall()):
        value = _header(connection, number, name)
        if value:
            found.setdefault(value, []).append(number)
    return [Group(value, ids) for value, ids in found.items() if len(ids) > 1]


def _header(connection: sqlite3.Connection, number: int, name: str) -> str:
    source = questions.source(connection, number)
    return first(read_headers(source).headers, name) if source else ""
