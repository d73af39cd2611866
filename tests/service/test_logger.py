"""One event a line, with the ids that are bound and nothing that has to stay secret."""

import json
import logging

import pytest

from email_service.utils.logger import EventFormatter, bound, event, masked


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
