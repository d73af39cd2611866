"""Attempts in the store: kept as they ended, asked for by mail, Message-ID or envelope."""

import json
import sqlite3
from typing import Any, NamedTuple

from mock_smtp.smtp.ledger import Attempt
from mock_smtp.smtp.tape import Line

MOST_ATTEMPTS = 20_000

_COLUMNS = (
    "id, mail, message_id, subject, peer, session, started, ended, envelope_from, envelope_to,"
    " outcome, stage, code, injected, transcript"
)


class KeptAttempt(NamedTuple):
    """An attempt with its number."""

    id: int
    attempt: Attempt


def keep_attempt(connection: sqlite3.Connection, attempt: Attempt) -> int:
    """Insert an attempt, and let the oldest go once there are too many; returns its number."""
    row = connection.execute(
        "INSERT INTO attempt (mail, message_id, subject, peer, session, started, ended,"
        " envelope_from, envelope_to, outcome, stage, code, injected, transcript)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *attempt[:8],
            json.dumps(attempt.recipients, ensure_ascii=False),
            attempt.outcome,
            attempt.stage,
            attempt.code,
            attempt.injected,
            json.dumps(attempt.lines, ensure_ascii=False),
        ),
    )
    number = int(row.lastrowid or 0)
    connection.execute("DELETE FROM attempt WHERE id = ?", (number - MOST_ATTEMPTS,))
    return number


def attempts(
    connection: sqlite3.Connection,
    condition: str = "1",
    values: tuple[Any, ...] = (),
    limit: int = -1,
    *,
    transcripts: bool = True,
) -> list[KeptAttempt]:
    """Attempts that fulfil an SQL condition, newest first; without transcripts far faster."""
    columns = _COLUMNS if transcripts else _COLUMNS.replace("transcript", "'[]'")
    rows = connection.execute(
        f"SELECT {columns} FROM attempt WHERE {condition} ORDER BY id DESC LIMIT ?",  # noqa: S608 - conditions are ours, values are bound
        (*values, limit),
    )
    return [_kept(row) for row in rows]


def attempts_for_mail(connection: sqlite3.Connection, mail: int) -> list[KeptAttempt]:
    """The attempt that brought a mail; none for one that came another way."""
    return attempts(connection, "mail = ?", (mail,))


def attempts_for_message(connection: sqlite3.Connection, message_id: str) -> list[KeptAttempt]:
    """The attempts of one logical mail, oldest first.

    One that failed before its headers came carries no Message-ID: it counts if sender and
    recipients are the same, and no other Message-ID came from there in between.
    """
    named = attempts(connection, "message_id = ?", (message_id,), transcripts=False)[::-1]
    found = {kept.id: kept for kept in named}
    for envelope in {(kept.attempt.sender, tuple(kept.attempt.recipients)) for kept in named}:
        found |= {kept.id: kept for kept in _unnamed(connection, message_id, *envelope)}
    return [kept for number in sorted(found) for kept in attempts(connection, "id = ?", (number,))]


def _unnamed(
    connection: sqlite3.Connection, message_id: str, sender: str, recipients: tuple[str, ...]
) -> list[KeptAttempt]:
    rows = attempts(connection, "envelope_from = ?", (sender,), transcripts=False)[::-1]
    kept: list[KeptAttempt] = []
    waiting: list[KeptAttempt] = []
    for row in rows:
        if row.attempt.message_id:
            kept += waiting if row.attempt.message_id == message_id else []
            waiting = waiting if not _alike(row.attempt, recipients) else []
        elif _alike(row.attempt, recipients):
            waiting.append(row)
    return kept


def _alike(attempt: Attempt, recipients: tuple[str, ...]) -> bool:
    """Whether the recipients are the same as far as they were named at all."""
    return tuple(attempt.recipients) == recipients[: len(attempt.recipients)]


def _kept(row: sqlite3.Row) -> KeptAttempt:
    number, *rest = tuple(row)
    rest[8] = json.loads(rest[8])
    rest[13] = [Line(*line) for line in json.loads(rest[13])]
    return KeptAttempt(number, Attempt(*rest))
