"""JSON events in the short form that a person reads."""

import json

from kit_commands.supervision.events import short


def test_an_event_is_one_short_line() -> None:
    """Time and event first, then what tells it apart; ids of the whole request are in the log."""
    event = {
        "timestamp": "2026-01-02T09:26:10.483Z",
        "level": "info",
        "event": "accepted",
        "request_id": "4c74",
        "message_id": "992b",
        "error": None,
    }
    assert short(json.dumps(event)) == "09:26:10 accepted message_id=992b"


def test_what_is_worse_than_info_says_so() -> None:
    """The level is shown where it matters."""
    assert short('{"event": "failed", "level": "error"}') == "failed level=error"


def test_what_is_no_event_stays_as_it_is() -> None:
    """Mails of the console transport, tracebacks and other JSON pass untouched."""
    for line in ("Subject: hola", "{broken", '{"ready": true}', "[1]", ""):
        assert short(line) == line
