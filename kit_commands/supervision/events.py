"""A JSON event as a person reads it: the time, what happened, and the fields that tell it apart."""

import json

LEFT_OUT = {"timestamp", "event", "logger", "service", "request_id", "trace_id", "span_id"}
"""Shown otherwise, or the same on every line; the log keeps them all."""


def short(line: str) -> str:
    """`09:26:10 accepted message_id=… kind=contact`; what is no JSON event stays as it is."""
    try:
        event = json.loads(line)
    except ValueError:
        return line
    if not isinstance(event, dict) or "event" not in event:
        return line
    time = str(event.get("timestamp", ""))[11:19]
    fields = [f"{name}={value}" for name, value in event.items() if _tells(name, value)]
    return " ".join(filter(None, [time, str(event["event"]), *fields]))


def _tells(name: str, value: object) -> bool:
    if name == "level":
        return value != "info"
    return name not in LEFT_OUT and value is not None
