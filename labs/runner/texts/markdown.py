"""A Markdown text taken apart: headings, fenced blocks, and the prose without either."""

import re
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^(`{3,}|~{3,})(.*)$")
_HEADING = re.compile(r"^(#{1,6}) +(.+)$")
_NOT_PROSE = re.compile(r"`[^`]*`|<!--.*?-->|<[^<>\s]+>|\]\([^)]*\)|https?://\S+")
_QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”")


@dataclass(frozen=True)
class Block:
    """A fenced block: its info string and its text, byte for byte."""

    info: str
    text: str


@dataclass(frozen=True)
class Text:
    """A document; `prose` holds (line number, line without code, links and comments)."""

    path: Path
    headings: list[tuple[int, str]]
    blocks: list[Block]
    prose: list[tuple[int, str]]


def read(path: Path) -> Text:
    """Take a file apart."""
    return parse(path.read_text(encoding="utf-8"), path)


def parse(source: str, path: Path = Path("text.md")) -> Text:
    """Take a text apart; a fence left open runs to the end."""
    text = Text(path, [], [], [])
    fence, info, inside = "", "", list[str]()
    for number, line in enumerate(source.splitlines(), 1):
        opened = _FENCE.match(line)
        if fence and line.strip() == fence:
            text.blocks.append(Block(info, "\n".join(inside)))
            fence = ""
        elif fence:
            inside.append(line)
        elif opened:
            fence, info, inside = opened[1], opened[2].strip(), []
        else:
            _keep_prose(text, number, line)
    if fence:
        text.blocks.append(Block(info, "\n".join(inside)))
    return text


def without_quotes(line: str) -> str:
    """The line without what stands in quotation marks: others' words are not ours to choose."""
    return _QUOTED.sub(" ", line)


def _keep_prose(text: Text, number: int, line: str) -> None:
    heading = _HEADING.match(line)
    if heading:
        text.headings.append((len(heading[1]), heading[2]))
    text.prose.append((number, _NOT_PROSE.sub(" ", line)))
