"""What is known of a mail's life: the attempts, how they are judged, the copies that came."""

import time
from sqlite3 import Connection
from typing import NamedTuple

from mock_smtp.smtp.ledger import Attempt
from mock_smtp.store.attempts import KeptAttempt, attempts_for_mail, attempts_for_message
from mock_smtp.store.rows import Summary
from mock_smtp.story.duplicates import copies_of, difference
from mock_smtp.story.timeline import Patience, Timeline, is_permanent, tell

_MOST_COMPARED = 6


class History(NamedTuple):
    """Timeline, ids of the copies from the oldest on, and how each differs from the first."""

    timeline: Timeline
    copies: list[int]
    differences: dict[int, list[str]]

    @property
    def attempts(self) -> list[KeptAttempt]:
        """The attempts from the first to the last."""
        return self.timeline.attempts


def read_history(rows: Connection, row: Summary) -> History:
    """The history of a mail; one without a Message-ID has only the attempt that brought it."""
    if row.message_id:
        return history_of(rows, row.message_id, copies_of(rows, row.id))
    return _told(attempts_for_mail(rows, row.id), [row.id], {})


def history_of(rows: Connection, message_id: str, copies: list[int]) -> History:
    """The history of a Message-ID whose copies are known."""
    compared = copies[1:_MOST_COMPARED]
    differences = {other: difference(rows, copies[0], other) or [] for other in compared}
    return _told(attempts_for_message(rows, message_id), copies, differences)


def judged(earlier: Attempt, gap: float) -> str:
    """What a pause says of a client: `had-250`, `was-5xx`, `eager`, `patient`."""
    if earlier.outcome == "accepted":
        return "had-250"
    if is_permanent(earlier):
        return "was-5xx"
    return "eager" if gap < Patience().eager else "patient"


def _told(found: list[KeptAttempt], ids: list[int], differences: dict[int, list[str]]) -> History:
    told = tell(found, now=int(time.time() * 1000), patience=Patience())
    return History(told, ids, differences)
