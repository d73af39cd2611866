"""The words by which a mail is found: people, subject, text and HTML, names of attachments."""

import sqlite3
import threading
from collections.abc import Iterable

from mock_smtp.mime.mail import Mail, is_attachment, is_html, is_plain, read_mail
from mock_smtp.mime.text import text_from_html
from mock_smtp.store import questions
from mock_smtp.store.rows import addresses_from

LONGEST = 64 * 1024
_PEOPLE = "sender, recipients, copies, blind_copies, reply_to"


def words_of(connection: sqlite3.Connection, number: int) -> str:
    """The search text of a stored mail in lower case, cut at 64 KiB."""
    row = connection.execute(
        f"SELECT subject, envelope_from, {_PEOPLE} FROM mail WHERE id = ?",  # noqa: S608 - columns are ours
        (number,),
    ).fetchone()
    source = questions.source(connection, number)
    if row is None or source is None:
        return ""
    people = [f"{name} {address}" for text in row[2:] for name, address in addresses_from(text)]
    words = " ".join([row[0], row[1], *people, *_spoken(read_mail(source))])
    return words.lower()[:LONGEST]


def _spoken(mail: Mail) -> Iterable[str]:
    for part in mail.tree.root.leaves():
        if part.file_name:
            yield part.file_name
        if is_html(part):
            yield " ".join(text_from_html(mail.text_of(part)[: 4 * LONGEST]).split())
        elif is_plain(part) and not is_attachment(part):
            yield " ".join(mail.text_of(part)[: 4 * LONGEST].split())


class FreshWords:
    """Search text of mails so new that the extractor has not come to them yet."""

    def __init__(self) -> None:
        self._words: dict[int, str] = {}
        self._lock = threading.Lock()

    def fill(self, connection: sqlite3.Connection) -> None:
        """Give a reading connection the words of every mail above the extractor's watermark."""
        mark = connection.execute("SELECT mail FROM derived.watermark").fetchone()[0]
        connection.execute("DELETE FROM temp.fresh WHERE mail <= ?", (mark,))
        known = connection.execute("SELECT max(mail) FROM temp.fresh").fetchone()[0] or mark
        rows = connection.execute("SELECT id FROM mail WHERE id > ? ORDER BY id", (known,))
        with self._lock:
            self._forget_up_to(mark)
            fresh = [(row[0], self._of(connection, row[0])) for row in rows.fetchall()]
        connection.executemany("INSERT OR IGNORE INTO temp.fresh VALUES (?, ?)", fresh)

    def _of(self, connection: sqlite3.Connection, number: int) -> str:
        if number not in self._words:
            self._words[number] = words_of(connection, number)
        return self._words[number]

    def _forget_up_to(self, mark: int) -> None:
        for number in [number for number in self._words if number <= mark]:
            del self._words[number]
