"""Carrying out the steps of a guide in a folder that may be left half-done if one fails."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from labs.runner.guides.blocks import Block, Change, Delete, Guide, Place, Run, WriteFile
from labs.runner.guides.errors import (
    FAILED,
    MISSED,
    NO_FILE,
    AnchorMissed,
    CommandFailed,
    GuideWrong,
)
from labs.runner.guides.text import NotOnce, replace_lines_once, rewrite, write

_INHERITED = frozenset(
    [
        *("PATH", "PATHEXT", "HOME", "USERPROFILE", "LOCALAPPDATA", "LANG", "VIRTUAL_ENV"),
        *("TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "COMSPEC"),
    ]
)
_LAST_WORDS = 2000
_TIME_LIMIT = 120


def carry_out(guide: Guide, folder: Path, *, python: str) -> None:
    """Do all steps of a guide in `folder`; the first that cannot be done raises GuideWrong."""
    for step in guide.steps:
        _do(step, folder, python)


def _do(step: Block, folder: Path, python: str) -> None:
    match step:
        case WriteFile():
            write(folder / step.file, step.text)
        case Change():
            _change(step, _existing(step.place, folder, step.file))
        case Delete():
            _existing(step.place, folder, step.file).unlink()
        case Run():
            for command in step.commands:
                run(command, folder, step.place, python)


def _existing(place: Place, folder: Path, file: str) -> Path:
    path = folder / file
    if not path.is_file():
        raise GuideWrong(NO_FILE, **place.fields, file=file)
    return path


def _change(step: Change, path: Path) -> None:
    new = {
        "replace": step.text,
        "insert-after": step.find + step.text,
        "insert-before": step.text + step.find,
    }[step.how]
    try:
        rewrite(path, lambda text: replace_lines_once(text, step.find, new))
    except NotOnce as error:
        raise AnchorMissed(
            MISSED, **step.place.fields, file=step.file, times=error.times, anchor=step.find
        ) from None


def run(command: Sequence[str], folder: Path, place: Place, python: str) -> None:
    """One command with `folder` as current folder, no shell, and a database of its own."""
    program = python if command[0] == "python" else command[0]
    try:
        ended = subprocess.run(  # noqa: S603  the guides are ours, and name their programs
            [program, *command[1:]],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_TIME_LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(command, place, str(error)) from None
    if ended.returncode:
        raise _failed(command, place, ended.stdout.decode("utf-8", "replace"))


def _environment() -> dict[str, str]:
    """What a command sees: none of the owner's settings, and a database that leaves no file."""
    inherited = {name: os.environ[name] for name in _INHERITED & os.environ.keys()}
    return inherited | {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "DATABASE_URL": "sqlite://:memory:",
    }


def _failed(command: Sequence[str], place: Place, output: str) -> CommandFailed:
    said = output.strip()[-_LAST_WORDS:]
    return CommandFailed(FAILED, **place.fields, command=" ".join(command), output=said)
