"""Mailpit's search language, turned into a condition on the table `mail`.

Terms are separated by spaces, quotes group, all terms must hold, a leading `-` or `!` negates.
A date that cannot be read is ignored, a size that cannot be read is searched for as text.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from mock_smtp.store.moments import milliseconds, read_date

_TERM = re.compile(r'(?:"[^"]*"?|[^\s"])+')
_CLEANED = re.compile(r'[<>",;()\t\r\n]')
_SIZE = re.compile(r"^(\d+(?:\.\d+)?)\s*(k|kb|m|mb)?$")


class Condition(NamedTuple):
    """An SQL condition on `mail` and the values bound to it."""

    sql: str
    values: tuple[str | int | float, ...]


def read_query(query: str, zone: tzinfo = UTC) -> Condition:
    """The condition a whole query stands for; an empty query is fulfilled by every mail."""
    conditions = [
        condition for term in _TERM.findall(query) if (condition := _signed(term, zone)) is not None
    ]
    if not conditions:
        return Condition("1", ())
    sql = " AND ".join(f"({condition.sql})" for condition in conditions)
    return Condition(sql, tuple(value for condition in conditions for value in condition.values))


def count_terms(query: str) -> int:
    """How many terms a query has; the database bears only so many."""
    return len(_TERM.findall(query))


def before(moment: datetime) -> Condition:
    """Mails received strictly before a moment."""
    return Condition("received < ?", (milliseconds(moment),))


def _signed(term: str, zone: tzinfo) -> Condition | None:
    negated = len(term) > 1 and term[0] in "-!"
    condition = _term(term[1:] if negated else term, zone)
    if condition is None or not negated:
        return condition
    return Condition(f"NOT ({condition.sql})", condition.values)


def _term(term: str, zone: tzinfo) -> Condition | None:
    bare = term.replace('"', "")
    prefix, colon, value = bare.partition(":")
    prefix = prefix.lower()
    if not colon or term.startswith('"'):
        return _words(bare)
    if prefix in _LISTS:
        return _people(_LISTS[prefix], value)
    if prefix in {"after", "before"}:
        return _moment(prefix, value, zone)
    rule = _RULES.get(prefix)
    found = rule(value) if rule else None
    return found if found else _words(bare)


def _like(text: str) -> str:
    return f"%{text.lower()}%"


def _clean(text: str) -> str:
    return _CLEANED.sub("", text).strip()


def _words(text: str) -> Condition | None:
    clean = _clean(text)
    if not clean:
        return None
    sql = (
        "id IN (SELECT mail FROM derived.words WHERE body LIKE ?"
        " UNION ALL SELECT mail FROM temp.fresh WHERE body LIKE ?)"
    )
    return Condition(sql, (_like(clean), _like(clean)))


def _people(columns: tuple[str, ...], value: str) -> Condition:
    sql = " OR ".join(f"fold({column}) LIKE ?" for column in columns)
    return Condition(sql, (_like(_clean(value)),) * len(columns))


def _moment(prefix: str, value: str, zone: tzinfo) -> Condition | None:
    moment = read_date(value, zone)
    if moment is None:
        return None
    sign = ">=" if prefix == "after" else "<="
    return Condition(f"received {sign} ?", (milliseconds(moment),))


def _subject(value: str) -> Condition:
    return Condition("fold(subject) LIKE ?", (_like(value),))


def _message_id(value: str) -> Condition:
    return Condition("fold(message_id) LIKE ?", (_like(_clean(value)),))


def _tag(value: str) -> Condition:
    return Condition("id IN (SELECT mail FROM tag WHERE name = ?)", (value,))


def _is(value: str) -> Condition | None:
    states = {"read": "seen = 1", "unread": "seen = 0", "tagged": "id IN (SELECT mail FROM tag)"}
    sql = states.get(value.lower())
    return Condition(sql, ()) if sql else None


def _has(value: str) -> Condition | None:
    things = {"attachment": "attachments > 0", "inline": "inlines > 0"}
    sql = things.get(value.lower().removesuffix("s"))
    return Condition(sql, ()) if sql else None


def _larger(value: str) -> Condition | None:
    size = _bytes(value)
    return None if size is None else Condition("size > ?", (size,))


def _smaller(value: str) -> Condition | None:
    size = _bytes(value)
    return None if size is None else Condition("size < ?", (size,))


def _bytes(value: str) -> float | None:
    match = _SIZE.match(value.lower())
    if not match:
        return None
    return float(match[1]) * {"": 1, "k": 1024, "m": 1024**2}[(match[2] or "")[:1]]


_LISTS = {
    "from": ("sender",),
    "to": ("recipients",),
    "cc": ("copies",),
    "bcc": ("blind_copies",),
    "reply-to": ("reply_to",),
    "addressed": ("sender", "recipients", "copies", "blind_copies", "reply_to"),
}
_RULES: dict[str, Callable[[str], Condition | None]] = {
    "subject": _subject,
    "message-id": _message_id,
    "tag": _tag,
    "is": _is,
    "has": _has,
    "larger": _larger,
    "smaller": _smaller,
}
