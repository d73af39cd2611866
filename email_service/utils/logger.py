"""JSON logs on standard output: one object a line, one line an event.

`event("accepted", kind="contact")` writes a line; whatever `bound(...)` holds at that moment
(the request's id, the message's id) is in it too, so a mail's life can be searched by its UUID.
Never put bodies, subjects, keys or whole addresses into a field: `masked()` is for addresses.
"""

import json
import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from math import isfinite
from time import time
from types import MappingProxyType
from typing import Any, NamedTuple, TextIO

import orjson

_LONGEST = 2_000
# So many bytes a pipe takes in one piece (PIPE_BUF); the lines of two processes mix beyond that.
_ONE_PIECE = 4_096
_bound: ContextVar[Mapping[str, Any]] = ContextVar("log_fields", default=MappingProxyType({}))
_held_back: ContextVar["dict[LineHandler, list[_Line]] | None"] = ContextVar(
    "log_lines_held_back", default=None
)
_log = logging.getLogger("email_service")
# What a record has to hold for other handlers' formats.
_NOWHERE = vars(logging.makeLogRecord({"processName": None, "threadName": None}))


def configure(options: Mapping[str, Any]) -> None:
    """Send every logger's lines through one JSON handler on stdout, from `options["level"]` up."""
    handler = LineHandler(sys.stdout)
    handler.setFormatter(EventFormatter())
    # Looked up for each line otherwise, and no line shows them.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(options.get("level", "INFO"))
    # Django's own line for each 4xx and 5xx would double `request.finished`.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)


def event(name: str, *, level: int = logging.INFO, exc_info: bool = False, **fields: Any) -> None:
    """Write one event with its fields and all bound ones; None fields are left out."""
    if _log.isEnabledFor(level):
        _log.handle(Event(name, level, fields, sys.exc_info() if exc_info else None))


@contextmanager
def together() -> Iterator[None]:
    """Write the lines of this block in one piece at its end: a write each costs more than they."""
    held: dict[LineHandler, list[_Line]] = {}
    token = _held_back.set(held)
    try:
        yield
    finally:
        _held_back.reset(token)
        for handler, lines in held.items():
            handler.write(lines)


@contextmanager
def bound(**fields: Any) -> Iterator[None]:
    """Put `fields` into every event written inside this block, here and in what it awaits."""
    token = _bound.set({**_bound.get(), **fields})
    try:
        yield
    finally:
        _bound.reset(token)


def bound_field(name: str) -> str:
    """The bound value of `name`, or an empty string."""
    return str(_bound.get().get(name, ""))


def masked(address: str) -> str:
    """`carlos@mail.com` as `c***@mail.com`: enough to recognise one's own, no more."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}" if at else "***"


class Event(logging.LogRecord):
    """A record of one event, without the call's place, thread and process: no line shows them.

    To find those out takes `logging` as long as to write the line.
    """

    def __init__(  # not LogRecord's, see above
        self, name: str, level: int, fields: dict[str, Any], exc_info: Any
    ) -> None:
        moment = time()
        self.__dict__ |= _NOWHERE | {
            "name": _log.name,
            "levelno": level,
            "levelname": logging.getLevelName(level),
            "msg": name,
            "event": name,
            "fields": fields,
            "exc_info": exc_info,
            "created": moment,
            "msecs": int(moment * 1000) % 1000,
        }


class _Line(NamedTuple):
    """A line to be written, and the record that it was made of."""

    text: str
    record: logging.LogRecord


class LineHandler(logging.StreamHandler[TextIO]):
    """Writes each line at once, or keeps it for the end of a block of `together()`.

    Whatever goes wrong with a line (no room on the disk, nobody reads the pipe any more) is
    told on standard error, as `logging` does it. What the caller does goes on.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write or keep one line."""
        try:
            line = _Line(self.format(record) + self.terminator, record)
        except Exception:  # noqa: BLE001 - whatever a library put into its record
            self.handleError(record)
            return
        held = _held_back.get()
        if held is None:
            self.write([line])
        else:
            held.setdefault(self, []).append(line)

    def write(self, lines: Iterable[_Line]) -> None:
        """Write these lines, as many at once as a pipe takes in one piece."""
        self.acquire()
        try:
            for piece in _pieces(lines):
                self._write_piece(piece)
        finally:
            self.release()

    def _write_piece(self, piece: Sequence[_Line]) -> None:
        """Write some lines at once, or say that they could not be written."""
        try:
            self.stream.write("".join([line.text for line in piece]))
            self.flush()
        except (OSError, ValueError):
            self.handleError(piece[-1].record)


def _pieces(lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    """The lines in groups that are no longer than a pipe takes in one piece."""
    piece: list[_Line] = []
    size = 0
    for line in lines:
        if piece and size + len(line.text) > _ONE_PIECE:
            yield piece
            piece, size = [], 0
        piece.append(line)
        size += len(line.text)
    if piece:
        yield piece


class EventFormatter(logging.Formatter):
    """A record as one JSON object: the fixed fields first, an exception inside the object."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its newline."""
        line: dict[str, Any] = {
            "timestamp": _timestamp(record.created),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", "log"),
            "logger": record.name,
            "service": "email-service",
        }
        for key, value in self._given(record).items():
            if value is not None:
                line[key] = _short(value)
        return _serialized(line)

    def _given(self, record: logging.LogRecord) -> dict[str, Any]:
        """What is bound, and what the record itself says."""
        said = {} if hasattr(record, "event") else {"message": record.getMessage()}
        given = {**said, **_bound.get(), **getattr(record, "fields", {})}
        if record.exc_info and record.exc_info[0]:
            given["exception"] = self.formatException(record.exc_info)
        return given


def _serialized(line: dict[str, Any]) -> str:
    """The line as JSON, in ASCII: wherever standard output leads, it can be written there."""
    try:
        text = orjson.dumps(line)
    except TypeError:
        # It refuses lone surrogates and numbers beyond 64 bits, which JSON has room for.
        return json.dumps(line)
    return text.decode("ascii") if text.isascii() else json.dumps(line)


def _timestamp(moment: float) -> str:
    """Unix time as RFC 3339 has it, UTC, to the millisecond."""
    return f"{_second(int(moment))}.{int(moment * 1000) % 1000:03}Z"


@lru_cache(maxsize=4)
def _second(moment: int) -> str:
    """A timestamp up to its fraction; many lines share it."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _short(value: Any) -> Any:
    """The value, a text cut to a length that no log store refuses.

    The middle goes: a traceback says at its end what happened.
    """
    if isinstance(value, int) or (isinstance(value, float) and isfinite(value)):
        return value  # JSON has no word for NaN and the infinities: they are told as text
    # A text of another class may write itself in another way.
    text = value if type(value) is str else str(value)
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"
