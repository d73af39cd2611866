"""`mistakes.toml`: known mistakes, each an exact edit of its stage's solution with its own hint.

[[mistake]]
id = "fixed-port"          unique over the course
check = "listens"          the check that goes red
params = ["port"]          the places in its hint
hint.es, hint.en           what was seen, then what it almost always is
[[mistake.edit]]           file, and replace + with, or delete = true, or new (the text)
[[mistake.edit_last]]      the same inside the last solution, where a later guide changed it
not_in_last = "reason"     or why it cannot be made there
race = true, needs = "postgres"
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit_commands.voice import Text
from labs.runner.guides.blocks import Place
from labs.runner.guides.errors import MISSED, NO_FILE, UNREADABLE, AnchorMissed, GuideWrong
from labs.runner.guides.parse import is_inside
from labs.runner.guides.text import NotOnce, plain_lines, replace_once, rewrite, write

FILE = "mistakes.toml"
_NEEDS = {"", "postgres", "ipv6", "redis"}


@dataclass(frozen=True)
class Edit:
    """One edit: `old` replaced by `new`, or a new file where `old` is None; `delete` a file."""

    file: str
    old: str | None
    new: str
    delete: bool


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One known mistake of one stage."""

    path: Path
    stage: str
    id: str
    check: str
    hint: Text
    edits: tuple[Edit, ...]
    edits_last: tuple[Edit, ...] = ()
    not_in_last: str = ""
    check_last: str = ""
    params: tuple[str, ...] = ()
    race: bool = False
    needs: str = ""


def load_mistakes(path: Path) -> tuple[Mistake, ...]:
    """The mistakes in one `mistakes.toml`; GuideWrong names the one that cannot be understood."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise GuideWrong(UNREADABLE, guide=path, line="?", what=error) from None
    return tuple(_Reader(path, one).mistake() for one in said.get("mistake", []))


def all_mistakes(labs: Path) -> tuple[Mistake, ...]:
    """Every mistake of the course, in teaching order."""
    paths = sorted(labs.glob(f"[0-9][0-9]-*/{FILE}"))
    return tuple(mistake for path in paths for mistake in load_mistakes(path))


def inject(mistake: Mistake, folder: Path, *, last: bool = False) -> None:
    """Make the mistake in a solution, its own stage's or the last one; AnchorMissed if it moved."""
    edits = mistake.edits_last if last and mistake.edits_last else mistake.edits
    for edit in edits:
        _make(edit, folder, mistake)


def _make(edit: Edit, folder: Path, mistake: Mistake) -> None:
    path, place = folder / edit.file, Place(mistake.path, _line_of(mistake))
    if edit.old is None and not edit.delete:
        if path.exists():
            raise GuideWrong(UNREADABLE, **place.fields, what=f"{edit.file} exists already")
        write(path, edit.new)
    elif not path.is_file():
        raise GuideWrong(NO_FILE, **place.fields, file=edit.file)
    elif edit.delete:
        path.unlink()
    else:
        _replace(edit, path, place)


def _replace(edit: Edit, path: Path, place: Place) -> None:
    old = edit.old or ""
    try:
        rewrite(path, lambda text: replace_once(text, old, edit.new))
    except NotOnce as error:
        raise AnchorMissed(
            MISSED, **place.fields, file=edit.file, times=error.times, anchor=old
        ) from None


def _line_of(mistake: Mistake) -> int:
    lines = mistake.path.read_text(encoding="utf-8").splitlines()
    return next((n for n, line in enumerate(lines, 1) if line == f'id = "{mistake.id}"'), 0)


class _Reader:
    """Reads one `[[mistake]]`, and says which one is wrong."""

    _KEYS = frozenset(
        [
            *("id", "check", "params", "hint", "edit", "edit_last"),
            *("not_in_last", "check_last", "race", "needs"),
        ]
    )

    def __init__(self, path: Path, said: dict[str, Any]) -> None:
        self._path = path
        self._said = said

    def mistake(self) -> Mistake:
        """Everything, checked."""
        said, hint = self._said, self._said.get("hint", {})
        if unknown := said.keys() - self._KEYS:
            raise self._wrong(f"unknown keys {sorted(unknown)}")
        if not all(said.get(key) for key in ("id", "check", "edit")):
            raise self._wrong("id, check and edit are needed")
        if not hint.get("es") or not hint.get("en"):
            raise self._wrong("hint.es and hint.en are needed")
        if said.get("needs", "") not in _NEEDS:
            raise self._wrong(f"needs is one of {sorted(_NEEDS)}")
        return Mistake(
            path=self._path,
            stage=self._path.parent.name,
            id=said["id"],
            check=said["check"],
            hint=Text(en=hint["en"], es=hint["es"]),
            edits=tuple(self._edits("edit")),
            edits_last=tuple(self._edits("edit_last")),
            not_in_last=said.get("not_in_last", ""),
            check_last=said.get("check_last", ""),
            params=tuple(said.get("params", [])),
            race=said.get("race", False),
            needs=said.get("needs", ""),
        )

    def _edits(self, key: str) -> Iterator[Edit]:
        for said in self._said.get(key, []):
            kinds = said.keys() - {"file"}
            if kinds not in ({"replace", "with"}, {"delete"}, {"new"}):
                raise self._wrong(f"{key} has replace and with, or delete, or new")
            if not is_inside(said.get("file", "/")):
                raise self._wrong(f"{key} names a file inside the folder")
            old = plain_lines(said["replace"]) if "replace" in said else None
            new = plain_lines(said.get("with", said.get("new", "")))
            yield Edit(said["file"], old, new, bool(said.get("delete", False)))

    def _wrong(self, what: str) -> GuideWrong:
        name = self._said.get("id", "without id")
        return GuideWrong(UNREADABLE, guide=self._path, line=f"“{name}”", what=what)
