"""Reading a guide: every fenced block of its Markdown is one that can be carried out.

LANGUAGE file="p"      the whole of p
LANGUAGE find="p"      lines that stand once in p, followed by a block
LANGUAGE replace       (or insert-after, insert-before) with the new lines
LANGUAGE delete="p"    an empty block: p is deleted
LANGUAGE run           one command a line
LANGUAGE result="p"    p is exactly this when the guide is done
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import cast

from labs.runner.guides.blocks import (
    Block,
    Change,
    Delete,
    Guide,
    How,
    Place,
    Result,
    Run,
    WriteFile,
)
from labs.runner.guides.errors import UNREADABLE, GuideWrong
from labs.runner.guides.text import plain_lines

_FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<info>[^`]*)$")
_INFO = re.compile(r'^(?P<language>[\w+-]+) (?P<kind>[a-z-]+)(?:="(?P<file>[^"]*)")?$')
_WITH_FILE = {"file", "find", "delete", "result"}
_CHANGES = {"replace", "insert-after", "insert-before"}
_KINDS = _WITH_FILE | _CHANGES | {"run"}


def read_guide(path: Path) -> Guide:
    """The guide in a file; GuideWrong names the line that cannot be understood."""
    return parse_guide(path.read_text(encoding="utf-8"), path)


def parse_guide(markdown: str, path: Path) -> Guide:
    """The guide in a text; `path` is only what its errors are reported under."""
    return Guide(path, tuple(_blocks(_fences(plain_lines(markdown), path))))


@dataclass(frozen=True)
class _Fence:
    """One fenced block, its info string taken apart."""

    place: Place
    language: str
    kind: str
    file: str
    text: str


def _fences(markdown: str, path: Path) -> Iterator[_Fence]:
    opened: tuple[str, _Fence] | None = None
    body: list[str] = []
    for number, line in enumerate(markdown.splitlines(), 1):
        if opened is not None:
            ticks, fence = opened
            if line.rstrip() == ticks:
                yield _Fence(**{**vars(fence), "text": "".join(f"{one}\n" for one in body)})
                opened, body = None, []
            else:
                body.append(line)
        elif match := _FENCE.match(line):
            opened = match["ticks"], _opened(match["info"].strip(), Place(path, number))
        elif re.match(r"\s+```|\s*~~~", line):
            raise _wrong(Place(path, number), "a block starts at the margin, with backticks")
    if opened is not None:
        raise _wrong(opened[1].place, "this block is never closed")


def _opened(info: str, place: Place) -> _Fence:
    match = _INFO.match(info)
    if match is None or match["kind"] not in _KINDS:
        raise _wrong(place, f"“{info}” is not a kind of block: {', '.join(sorted(_KINDS))}")
    kind, file = match["kind"], match["file"] or ""
    if (kind in _WITH_FILE) != bool(file):
        raise _wrong(place, f"“{info}” needs a path" if not file else f"“{kind}” takes no path")
    if file and not is_inside(file):
        raise _wrong(place, f"“{file}” leaves the folder")
    return _Fence(place, match["language"], kind, file, "")


def is_inside(file: str) -> bool:
    """Whether a relative path with forward slashes stays in its folder."""
    path = PurePosixPath(file)
    return (
        not path.is_absolute() and ".." not in path.parts and "\\" not in file and ":" not in file
    )


def _blocks(fences: Iterator[_Fence]) -> Iterator[Block]:
    for fence in fences:
        if fence.kind == "find":
            yield _change(fence, next(fences, None))
        elif fence.kind in _CHANGES:
            raise _wrong(fence.place, f"“{fence.kind}” follows a “find” block")
        else:
            yield _block(fence)


def _change(found: _Fence, then: _Fence | None) -> Change:
    if then is None or then.kind not in _CHANGES:
        raise _wrong(found.place, f"a “find” block is followed by {', '.join(sorted(_CHANGES))}")
    if not found.text.strip():
        raise _wrong(found.place, "there is nothing to find")
    how = cast(How, then.kind)
    return Change(found.place, found.language, found.file, found.text, how, then.text)


def _block(fence: _Fence) -> Block:
    match fence.kind:
        case "file":
            return WriteFile(fence.place, fence.language, fence.file, fence.text)
        case "result":
            return Result(fence.place, fence.language, fence.file, fence.text)
        case "delete" if fence.text.strip():
            raise _wrong(fence.place, "a “delete” block is empty")
        case "delete":
            return Delete(fence.place, fence.language, fence.file)
        case _:
            return Run(fence.place, fence.language, _commands(fence))


def _commands(fence: _Fence) -> tuple[tuple[str, ...], ...]:
    try:
        commands = [tuple(shlex.split(line)) for line in fence.text.splitlines()]
    except ValueError as error:
        raise _wrong(fence.place, str(error)) from None
    if not commands or not all(commands):
        raise _wrong(fence.place, "a “run” block has one command a line")
    return tuple(commands)


def _wrong(place: Place, what: str) -> GuideWrong:
    return GuideWrong(UNREADABLE, **place.fields, what=what)
