"""Reading a fault's script: every mistake is answered with the field that holds it."""

from typing import Any, cast

from mock_smtp.api.requests import BadRequestError
from mock_smtp.smtp.faults import (
    ACTIONS,
    DEFAULT_CODES,
    KNOWN_AT,
    STAGES,
    Action,
    Script,
    Stage,
)

_FIELDS = ("stage", "action", "code", "seconds", "times", "match")
_LONGEST_PAUSE = 3600.0


def read_script(content: dict[str, Any]) -> Script:
    """The script a body describes; raises BadRequestError that names the wrong field."""
    unknown = next((name for name in content if name not in _FIELDS), None)
    if unknown is not None:
        raise BadRequestError(f"{unknown} is unknown; known are {', '.join(_FIELDS)}.", unknown)
    stage = cast(Stage, _one_of(content, "stage", STAGES))
    action = cast(Action, _one_of(content, "action", ACTIONS))
    if stage == "after-store" and action not in {"drop", "delay"}:
        raise BadRequestError("action must be drop or delay at the stage after-store.", "action")
    return Script(
        stage=stage,
        action=action,
        code=_code(content, stage, action),
        seconds=_seconds(content, action),
        times=_times(content),
        match=_match(content, stage),
    )


def _one_of(content: dict[str, Any], field: str, known: tuple[str, ...]) -> str:
    value = content.get(field)
    if value not in known or not isinstance(value, str):
        raise BadRequestError(f"{field} must be one of {', '.join(known)}.", field)
    return value


def _code(content: dict[str, Any], stage: Stage, action: Action) -> int:
    code = content.get("code")
    if code is None:
        return DEFAULT_CODES.get(stage, 451)
    if action != "reply":
        raise BadRequestError("code goes with the action reply only.", "code")
    if not _is_whole(code) or not 400 <= code <= 599:
        raise BadRequestError("code must be a whole number from 400 to 599.", "code")
    return int(code)


def _seconds(content: dict[str, Any], action: Action) -> float:
    seconds = content.get("seconds")
    if action not in {"delay", "throttle"}:
        if seconds is not None:
            raise BadRequestError("seconds goes with delay and throttle only.", "seconds")
        return 0.0
    number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not number or not 0 < cast(float, seconds) <= _LONGEST_PAUSE:
        raise BadRequestError("seconds must be a number above 0, at most 3600.", "seconds")
    return float(cast(float, seconds))


def _times(content: dict[str, Any]) -> int:
    times = 1 if content.get("times") is None else content["times"]
    if not _is_whole(times) or not 0 <= times <= 1_000_000:
        raise BadRequestError("times must be a whole number, 0 for ever.", "times")
    return int(times)


def _match(content: dict[str, Any], stage: Stage) -> dict[str, str]:
    match = content.get("match")
    if match is None:
        return {}
    if not isinstance(match, dict):
        raise BadRequestError("match must be an object of to, from and subject.", "match")
    for name, value in match.items():
        _check_match(stage, name, value)
    return {name: value for name, value in match.items() if value is not None}


def _check_match(stage: Stage, name: str, value: object) -> None:
    field = f"match.{name}"
    if name not in {"to", "from", "subject"}:
        raise BadRequestError(f"{field} is unknown; known are to, from and subject.", field)
    if name not in KNOWN_AT[stage]:
        raise BadRequestError(f"{field} is not known yet at the stage {stage}.", field)
    if value is not None and (not isinstance(value, str) or not value or len(value) > 1000):
        raise BadRequestError(f"{field} must be a text of 1 to 1000 characters.", field)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
