"""One event a line, with the ids that are bound and nothing that has to stay secret."""

import json
import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from io import StringIO

import pytest

from email_service.utils.logger import (
    EventFormatter,
    LineHandler,
    bound,
    event,
    masked,
    together,
)

BLOCKS = pytest.mark.parametrize("block", [nullcontext, together], ids=["at once", "together"])


class Stream(StringIO):
    """A standard output that remembers each piece written, and breaks when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.fault: OSError | None = None

    def write(self, text: str) -> int:
        """Remember one piece."""
        if self.fault:
            raise self.fault
        self.pieces.append(text)
        return len(text)


@pytest.fixture
def output() -> Iterator[Stream]:
    """Where the service's lines go during this test."""
    stream, log = Stream(), logging.getLogger("email_service")
    log.propagate = False
    handler, level = LineHandler(stream), log.level
    handler.setFormatter(EventFormatter())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield stream
    log.propagate = True
    log.setLevel(level)
    log.removeHandler(handler)


def line_of(**record: object) -> dict[str, object]:
    """The JSON line of one record."""
    made = logging.makeLogRecord({"name": "email_service", "levelno": 20, **record})
    found: dict[str, object] = json.loads(EventFormatter().format(made))
    return found


def test_an_event_is_one_json_line() -> None:
    """Whatever a field holds, the line is one line."""
    text = EventFormatter().format(
        logging.makeLogRecord({"event": "x", "fields": {"error": 'a "b"\nc'}})
    )
    assert "\n" not in text
    assert json.loads(text)["error"] == 'a "b"\nc'


def test_bound_ids_are_in_every_line(caplog: pytest.LogCaptureFixture) -> None:
    """What is bound stands in each event of its block, and in none after it."""
    with bound(message_id="m-1"):
        inside = line_of(event="attempt", fields={})
    assert inside["message_id"] == "m-1"
    assert "message_id" not in line_of(event="later", fields={})


def test_a_long_text_keeps_its_end() -> None:
    """A traceback that is cut still says what happened: the middle goes."""
    found = line_of(event="x", fields={"exception": "start" + "." * 9_000 + "ValueError: why"})
    assert str(found["exception"]).startswith("start")
    assert str(found["exception"]).endswith("ValueError: why")
    assert len(str(found["exception"])) < 2_100


@pytest.mark.parametrize(
    ("address", "shown"),
    [("carlos@mail.com", "c***@mail.com"), ("x@y.example", "x***@y.example"), ("nobody", "***")],
)
def test_addresses_are_masked(address: str, shown: str) -> None:
    """Enough to recognise one's own address, no more."""
    assert masked(address) == shown


def test_empty_fields_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    """A field without a value is not in the line."""
    with caplog.at_level(logging.INFO, logger="email_service"):
        event("attempt", smtp_code=None, attempt=1)
    [record] = caplog.records
    found = json.loads(EventFormatter().format(record))
    assert "smtp_code" not in found
    assert found["attempt"] == 1


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (10**30, 10**30),
        ("\ud800", "\ud800"),
        ("¿Qué tal? 😀", "¿Qué tal? 😀"),
        ({1: b"\0"}, "{1: b'\\x00'}"),
    ],
)
@pytest.mark.parametrize("beside", ["plain", "\udfff"])
def test_whatever_a_field_holds(value: object, told: object, beside: str) -> None:
    """Strict JSON in ASCII, whatever encoding standard output has."""
    record = logging.makeLogRecord({"event": "x", "fields": {"it": value, "beside": beside}})
    text = EventFormatter().format(record)
    assert text.isascii()
    assert json.loads(text, parse_constant=pytest.fail)["it"] == told


@BLOCKS
@pytest.mark.parametrize("fault", [OSError(28, "No space left"), BrokenPipeError()])
def test_an_output_that_takes_no_more(
    output: Stream, block: type[AbstractContextManager[None]], fault: OSError
) -> None:
    """A full disk costs the lines; what writes them goes on, and so do the lines after it."""
    output.fault = fault
    with block():
        event("accepted")
    output.fault = None
    event("delivered")
    assert [json.loads(piece)["event"] for piece in output.pieces] == ["delivered"]


@BLOCKS
def test_a_record_that_cannot_be_written(
    output: Stream, block: type[AbstractContextManager[None]]
) -> None:
    """A library's broken record costs its own line and no other, and raises nothing."""
    with block():
        event("before")
        logging.getLogger("email_service.library").warning("hi", extra={"fields": ["no mapping"]})
        event("after")
    lines = "".join(output.pieces).splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["before", "after"]


def test_lines_written_together(output: Stream) -> None:
    """Few pieces, each of whole lines and short enough for a pipe to take it undivided."""
    with together():
        for number in range(100):
            event("attempt", number=number, text="x" * 100)
        assert output.pieces == []
    assert 1 < len(output.pieces) < 20
    assert all(len(piece) <= 4096 and piece.endswith("}\n") for piece in output.pieces)
    lines = "".join(output.pieces).splitlines()
    assert [json.loads(line)["number"] for line in lines] == [*range(100)]
