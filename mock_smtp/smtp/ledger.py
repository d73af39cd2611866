"""The ledger of a connection: every attempt to hand over a mail, and how it ended.

An attempt begins with MAIL and ends with the answer to the mail's content, or before it. A
connection that fails before any MAIL counts as one attempt of its own.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from mock_smtp.smtp.faults import Stage
from mock_smtp.smtp.tape import Line, Tape

Outcome = Literal["accepted", "refused", "dropped", "unacknowledged", "abandoned"]
_STAGES: dict[str, Stage] = {"MAIL": "mail", "RCPT": "rcpt", "DATA": "data"}
_EARLY: dict[str, Stage] = {"": "connect", "EHLO": "helo", "HELO": "helo", "AUTH": "auth"}


@dataclass(kw_only=True)
class _Open:
    """An attempt that is still going on."""

    started: int
    first_line: int
    sender: str = ""
    recipients: list[str] = field(default_factory=list)
    message_id: str = ""
    subject: str = ""
    mail: int | None = None
    stage: Stage = "connect"
    code: int | None = None
    injected: str | None = None
    dropped: bool = False


class Attempt(NamedTuple):
    """An attempt that has ended, with all that was said from greeting to end."""

    mail: int | None
    message_id: str
    subject: str
    peer: str
    session: int
    started: int
    ended: int
    sender: str
    recipients: list[str]
    outcome: Outcome
    stage: Stage
    code: int | None
    injected: str | None
    lines: list[Line]


class Ledger:
    """Follows one connection and reports each attempt once, when it ends."""

    def __init__(self, tape: Tape, session: int, report: Callable[[Attempt], None]) -> None:
        self.peer = ""
        self._tape = tape
        self._session = session
        self._report = report
        self._prelude: int | None = None
        self._early = _Open(started=_now(), first_line=0)
        self._open: _Open | None = None

    def command(self, verb: str) -> None:
        """A command has been read: MAIL begins an attempt, some others end one."""
        if verb in {"RSET", "EHLO", "HELO", "QUIT"}:
            self.close()
        elif verb == "MAIL" and self._open is None:
            self._prelude = len(self._tape.lines) - 1 if self._prelude is None else self._prelude
            self._open = _Open(started=_now(), first_line=len(self._tape.lines) - 1, stage="mail")

    def reached(self, stage: Stage, **facts: Any) -> None:
        """A stage has been reached, and more is known: sender, recipient, message_id, subject."""
        attempt = self._current
        attempt.stage = stage
        if recipient := facts.pop("recipient", None):
            attempt.recipients.append(recipient)
        for name, value in facts.items():
            setattr(attempt, name, value)

    def kept(self, mail: int) -> None:
        """The mail of this attempt is stored; the client does not know it yet."""
        self._current.mail = mail

    def dropped(self, injected: str) -> None:
        """A fault is about to drop the connection."""
        self._current.dropped = True
        self._current.injected = injected

    def replied(self, verb: str, reply: str, injected: str | None, *, final: bool) -> None:
        """A reply is on its way; the one to a mail's content ends the attempt."""
        attempt, code = self._current, _code(reply)
        attempt.stage = self._stage(verb, attempt)
        if code >= 400 or final:
            attempt.code, attempt.injected = code, injected
        if final:
            self.close(acknowledged=code < 400)

    def close(self, *, acknowledged: bool = False) -> None:
        """End what is going on, if anything is."""
        attempt, self._open = self._open, None
        if attempt is not None:
            self._end(attempt, acknowledged=acknowledged)

    def end(self) -> None:
        """The connection is over; a failure before any MAIL is an attempt too."""
        self.close()
        early = self._early
        if self._prelude is None and (early.dropped or early.code):
            self._prelude = 0
            self._end(early, acknowledged=False)

    @property
    def _current(self) -> _Open:
        return self._early if self._open is None else self._open

    def _stage(self, verb: str, attempt: _Open) -> Stage:
        return _STAGES.get(verb, attempt.stage) if self._open else _EARLY.get(verb, attempt.stage)

    def _end(self, attempt: _Open, *, acknowledged: bool) -> None:
        prelude = self._tape.lines[: self._prelude or 0]
        self._report(
            Attempt(
                mail=attempt.mail,
                message_id=attempt.message_id,
                subject=attempt.subject,
                peer=self.peer,
                session=self._session,
                started=attempt.started,
                ended=_now(),
                sender=attempt.sender,
                recipients=attempt.recipients,
                outcome=_outcome(attempt, acknowledged=acknowledged),
                stage=attempt.stage,
                code=attempt.code,
                injected=attempt.injected,
                lines=[*prelude, *self._tape.lines[attempt.first_line :]],
            )
        )


def _outcome(attempt: _Open, *, acknowledged: bool) -> Outcome:
    if acknowledged:
        return "accepted"
    if attempt.mail is not None:
        return "unacknowledged"
    if attempt.dropped:
        return "dropped"
    return "refused" if attempt.code else "abandoned"


def _code(reply: str) -> int:
    return int(reply[:3]) if reply[:3].isdigit() else 0


def _now() -> int:
    return int(time.time() * 1000)
