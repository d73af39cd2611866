"""The mailbox: every change of mail goes through here, is kept, and is then made known."""

import asyncio
import tempfile
import uuid
from collections.abc import Callable, Coroutine, Iterator, Sequence
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import Any, TypeVar

from mock_smtp.events import Hub
from mock_smtp.smtp.ledger import Attempt
from mock_smtp.store import changes, questions
from mock_smtp.store.attempts import KeptAttempt, keep_attempt
from mock_smtp.store.query import Condition
from mock_smtp.store.reader import Readers
from mock_smtp.store.rows import NewMail, Summary, summary_of
from mock_smtp.store.schema import fold_log, open_for_writing, prepare_derived
from mock_smtp.store.words import FreshWords
from mock_smtp.store.writer import Writer

Result = TypeVar("Result")


_PORTION = 500
_MOST_NEWS = 200


class Mailbox:
    """Keeps mail in a database; questions run beside the event loop and never wait for changes."""

    def __init__(self, database: Path | None, *, durable: bool = False) -> None:
        self._temporary = None if database else tempfile.TemporaryDirectory(prefix="mock_smtp-")
        path = database or Path(self._temporary.name if self._temporary else "") / "mail.db"
        self.path = path.resolve()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = open_for_writing(self.path, durable=durable)
        prepare_derived(self.path, questions.origin(connection))
        self._writer = Writer(connection)
        self._readers = Readers(self.path)
        self._fresh = FreshWords()
        self._unfinished: set[asyncio.Task[Any]] = set()
        self.hub = Hub()
        self.deleted = 0

    async def keep(self, mail: NewMail) -> Summary:
        """Keep a mail; returns after the commit, and goes on even if the caller is cancelled."""
        return await self._whole(self._keep(mail))

    def record(self, attempt: Attempt) -> None:
        """Keep what an attempt looked like, without making anybody wait."""
        self._begin(self._record(attempt))

    async def _record(self, attempt: Attempt) -> None:
        number = await self.change(lambda rows: keep_attempt(rows, attempt))
        if attempt.outcome != "accepted":  # of those the mail itself is the news
            self.hub.publish("attempt", KeptAttempt(number, attempt))

    async def settled(self) -> None:
        """Wait for what has been begun, so that the answer to come holds it."""
        await asyncio.gather(*self._unfinished, return_exceptions=True)

    async def mark(self, ids: Sequence[int], *, seen: bool) -> None:
        """Mark mails read or unread."""
        changed: list[int] = []
        for some in _portions(ids):
            changed += await self.change(partial(changes.mark_seen, ids=some, seen=seen))
        if len(changed) > _MOST_NEWS:
            self.hub.publish("prune")
        else:
            for number in changed:
                self.hub.publish("update", {"ID": str(number), "Read": seen})
        self.hub.publish("stats")

    async def mark_all(self, *, seen: bool) -> None:
        """Mark every mail read or unread."""
        await self.change(lambda rows: changes.mark_all_seen(rows, seen=seen))
        self.hub.publish("stats")

    async def forget(self, ids: Sequence[int]) -> None:
        """Delete mails; ids that do not exist are no error."""
        gone: list[int] = []
        for some in _portions(ids):
            gone += await self.change(partial(changes.forget, ids=some))
        self.deleted += len(gone)
        if len(gone) > _MOST_NEWS:
            self.hub.publish("prune")
        else:
            for number in gone:
                self.hub.publish("delete", {"ID": str(number)})
        self.hub.publish("stats")

    async def forget_all(self) -> None:
        """Delete every mail and every recorded attempt."""
        await self.settled()
        self.deleted += await self.change(changes.forget_all)
        self.hub.publish("truncate")
        self.hub.publish("stats")

    async def change(self, change: Callable[[Connection], Result]) -> Result:
        """Run one change in the writer; returns its value after the commit."""
        return await asyncio.wrap_future(self._writer.submit(change))

    async def ask(self, question: Callable[[Connection], Result]) -> Result:
        """Answer a question without holding up the event loop."""
        return await asyncio.to_thread(self._readers.ask, question)

    async def search(self, question: Callable[[Connection], Result]) -> Result:
        """Answer a question that may look for words, new mail included."""
        return await asyncio.to_thread(self._readers.ask, self._with_words(question))

    async def matching(self, condition: Condition) -> list[int]:
        """The ids of all mails that fulfil a condition, newest first."""
        return await self.search(lambda rows: questions.matching_ids(rows, condition))

    @property
    def folder(self) -> Path:
        """Where files beside the database may be put; for a kept database a temporary place."""
        if self._temporary is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="mock_smtp-")
        return Path(self._temporary.name)

    def fold(self) -> None:
        """Fold the write-ahead log back, on a connection of its own so that no commit waits."""
        fold_log(self.path)

    async def close(self) -> None:
        """Finish what was begun and release the files."""
        await self.settled()
        await asyncio.to_thread(self._writer.close)
        self._readers.close()
        if self._temporary:
            self._temporary.cleanup()

    async def _keep(self, mail: NewMail) -> Summary:
        upload = await self._upload(mail.source) if len(mail.source) > changes.LARGE else None
        summary = await self.change(lambda rows: _kept(rows, mail, upload))
        self.hub.publish("new", summary)
        self.hub.publish("stats")
        return summary

    async def _upload(self, source: bytes) -> str:
        """Write a large source piece by piece, so that other mails are committed in between."""
        upload = uuid.uuid4().hex
        for number, start in enumerate(range(0, len(source), changes.PIECE)):
            piece = source[start : start + changes.PIECE]
            await self.change(_piece(upload, number, piece))
        return upload

    async def _whole(self, work: Coroutine[Any, Any, Result]) -> Result:
        return await asyncio.shield(self._begin(work))

    def _begin(self, work: Coroutine[Any, Any, Result]) -> "asyncio.Task[Result]":
        task = asyncio.ensure_future(work)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        return task

    def _with_words(
        self, question: Callable[[Connection], Result]
    ) -> Callable[[Connection], Result]:
        def asked(connection: Connection) -> Result:
            self._fresh.fill(connection)
            return question(connection)

        return asked


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """A long list in parts, so that mail that arrives meanwhile is committed in between."""
    return (ids[start : start + _PORTION] for start in range(0, len(ids), _PORTION))


def _kept(connection: Connection, mail: NewMail, upload: str | None) -> Summary:
    return summary_of(mail, changes.keep(connection, mail, upload))


def _piece(upload: str, number: int, source: bytes) -> Callable[[Connection], None]:
    return lambda connection: changes.keep_piece(connection, upload, number, source)
