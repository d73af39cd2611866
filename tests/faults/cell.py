"""One cell of the kill matrix: a victim, a fault, mails under load, and what became of them."""

from collections import Counter
from dataclasses import dataclass
from threading import Event
from time import monotonic

import redis

from mock_smtp.client import wait_until
from tests.faults.load import Load, fresh
from tests.faults.stand import Stand

VICTIMS = ("web", "sender", "redis", "postgres", "inbox")
FAULTS = ("kill", "freeze", "cut")
CELLS = [(victim, fault) for victim in VICTIMS for fault in FAULTS] + [("redis", "flush")]
CONNECTIONS = 8
"""SMTP connections that the sender may have open: two tasks with four each."""

SECONDS_FROZEN = 20.0
SECONDS_CUT = 20.0
SECONDS_DEAD = 1.0
"""How long a part stays frozen, cut off, or dead before it is started again."""

# Slow enough that some mails are always on their way, and that a backlog is left at the fault.
_SECONDS_A_MAIL = 0.1
_SETTLED = 240.0


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a cell found.

    `backlog`: mails not yet caught when the fault came. `lost`: neither caught nor failed with a
    reason. `recovered`: seconds from the end of the fault until a mail was caught that was
    accepted after it.
    """

    victim: str
    fault: str
    mails: int
    backlog: int
    lost: int
    replayed: int
    captured: int
    duplicates: int
    recovered: float

    @property
    def holds(self) -> bool:
        """Whether no mail was lost and few came twice."""
        return not self.lost and self.captured == self.mails and self.duplicates <= CONNECTIONS


def run_cell(stand: Stand, victim: str, fault: str, mails: int) -> Finding:
    """Post `mails`, four in five before the fault's end and the rest after it; count."""
    early, late = fresh(mails * 4 // 5), fresh(mails - mails * 4 // 5)
    stand.inbox.add_fault("data", "delay", seconds=_SECONDS_A_MAIL, times=0)
    load = Load(stand)
    with load.posting(early):
        wait_until(lambda: len(stand.copies()) >= mails // 10, timeout=_SETTLED)
        backlog = mails - len(stand.copies())
        strike(stand, victim, fault)
        over = monotonic()
        with load.posting(late):
            recovered = _first_new_capture(stand, load, over) - over
    settle(stand)
    copies, ids = stand.copies(), [*early, *late]
    lost = _lost(stand, copies, ids)
    replayed = replay_failed(stand)
    settle(stand)
    copies = stand.copies()
    return Finding(
        victim=victim,
        fault=fault,
        mails=mails,
        backlog=backlog,
        lost=len(lost),
        replayed=replayed,
        captured=len(set(copies) & set(ids)),
        duplicates=copies.total() - len(copies),
        recovered=recovered,
    )


def strike(stand: Stand, victim: str, fault: str) -> None:
    """Let the fault happen; it is over on return."""
    if fault == "flush":
        with redis.Redis(port=stand.gates["web_redis"].engine_port()) as server:
            server.flushall()
        return
    begin, last, end = {
        "kill": (stand.kill, SECONDS_DEAD, stand.start),
        "freeze": (stand.freeze, SECONDS_FROZEN, stand.thaw),
        "cut": (stand.cut, SECONDS_CUT, stand.mend),
    }[fault]
    begin(victim)
    Event().wait(last)
    end(victim)


def settle(stand: Stand) -> None:
    """Wait until every accepted mail is sent or has failed."""
    wait_until(lambda: not stand.unsettled(), timeout=_SETTLED)


def replay_failed(stand: Stand) -> int:
    """Send every failed mail again, as a person would in the admin; how many there were."""
    failed = [message_id for message_id, row in stand.rows().items() if row.status == "failed"]
    with stand.client() as client:
        for message_id in failed:
            client.post(f"/api/messages/{message_id}/replay/").raise_for_status()
    return len(failed)


def _first_new_capture(stand: Stand, load: Load, over: float) -> float:
    """The moment when a mail was caught that was accepted after `over`."""

    def caught() -> bool:
        new = {mail for mail, at in list(load.accepted_at.items()) if at > over}
        return bool(new & set(stand.copies()))

    wait_until(caught, timeout=_SETTLED, pause=0.1)
    return monotonic()


def _lost(stand: Stand, copies: Counter[str], ids: list[str]) -> set[str]:
    """Mails that were accepted and are neither caught nor failed with a reason."""
    rows = stand.rows()
    told = {mail for mail, row in rows.items() if row.status == "failed" and row.last_error}
    return set(ids) - set(copies) - told
