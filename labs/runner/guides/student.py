"""One guide applied to a student's folder: all of it or nothing, after a backup."""

import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from labs.runner.guides.blocks import Guide
from labs.runner.guides.carry_out import carry_out

_NOT_COPIED = (
    "__pycache__",
    "*.pyc",
    ".git",
    ".venv",
    "venv",
    "env",
    "node_modules",
    "*.sqlite3*",
    "var",
)


@dataclass(frozen=True)
class Applied:
    """What changed, and where the former files are; `backup` is None where nothing was replaced."""

    changed: tuple[str, ...]
    backup: Path | None


def apply(guide: Guide, folder: Path, *, backup: Path, python: str = sys.executable) -> Applied:
    """Carry out `guide` in `folder`; before, copy what changes to `backup`, which does not exist.

    If a step cannot be done, GuideWrong names it and neither folder was touched.
    """
    with tempfile.TemporaryDirectory(prefix="guide-") as name:
        room = Path(name) / "copy"
        shutil.copytree(folder, room, ignore=shutil.ignore_patterns(*_NOT_COPIED), symlinks=True)
        before = _files(room)
        carry_out(guide, room, python=python)
        after = _files(room)
        gone = before.keys() - after.keys()
        written = {file for file, data in after.items() if before.get(file) != data}
        kept = _back_up(folder, backup, (gone | written) & before.keys())
        _bring(room, folder, written, gone)
    return Applied(tuple(sorted(gone | written)), kept)


def _files(folder: Path) -> dict[str, bytes]:
    made = {"__pycache__"}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not made & set(path.parts) and path.suffix != ".sqlite3"
    }


def _back_up(folder: Path, backup: Path, files: set[str]) -> Path | None:
    for file in sorted(files):
        copy = backup / file
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / file, copy)
    return backup if files else None


def _bring(room: Path, folder: Path, written: set[str], gone: set[str]) -> None:
    for file in sorted(written):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(room / file, folder / file)
    for file in gone:
        (folder / file).unlink()
