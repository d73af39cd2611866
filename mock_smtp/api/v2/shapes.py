"""The JSON shapes of our own API: attempts, transcripts, timelines."""

from datetime import UTC, datetime
from typing import Any

from mock_smtp.api.v1.shapes import moment_json
from mock_smtp.smtp.explain import explained
from mock_smtp.smtp.tape import Line
from mock_smtp.store.attempts import KeptAttempt
from mock_smtp.story.timeline import Timeline


def attempt_json(kept: KeptAttempt) -> dict[str, Any]:
    """An attempt without its transcript."""
    attempt = kept.attempt
    return {
        "id": str(kept.id),
        "message": None if attempt.mail is None else str(attempt.mail),
        "message_id": attempt.message_id,
        "subject": attempt.subject,
        "peer": attempt.peer,
        "session": str(attempt.session),
        "started": _moment(attempt.started),
        "ended": _moment(attempt.ended),
        "from": attempt.sender,
        "to": attempt.recipients,
        "outcome": attempt.outcome,
        "stage": attempt.stage,
        "code": attempt.code,
        "injected": attempt.injected,
    }


def transcript_json(kept: KeptAttempt, language: str) -> dict[str, Any]:
    """An attempt with every line that was said, reply codes explained."""
    lines = [line_json(line, language) for line in kept.attempt.lines]
    return {**attempt_json(kept), "lines": lines}


def line_json(line: Line, language: str) -> dict[str, Any]:
    """One line of a transcript; `at` is milliseconds since the connection opened."""
    meaning = explained(line.text, language) if line.speaker == "server" else None
    return {**line.to_json(), "explained": meaning}


def timeline_json(message_id: str, timeline: Timeline) -> dict[str, Any]:
    """A timeline: `gaps` are the seconds before each attempt but the first."""
    return {
        "message_id": message_id,
        "attempts": [attempt_json(kept) for kept in timeline.attempts],
        "gaps": [round(gap, 3) for gap in timeline.gaps],
        "curve": timeline.curve,
        "verdicts": timeline.verdicts,
    }


def _moment(milliseconds: int) -> str:
    return moment_json(datetime.fromtimestamp(milliseconds / 1000, UTC))
