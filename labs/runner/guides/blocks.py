"""What a guide is made of: blocks that change a folder, in order."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

How = Literal["replace", "insert-after", "insert-before"]


@dataclass(frozen=True)
class Place:
    """Where something is said, for the sentence that reports it."""

    guide: Path
    line: int

    @property
    def fields(self) -> dict[str, object]:
        """As the texts of `errors` want it."""
        return {"guide": self.guide, "line": self.line}


@dataclass(frozen=True)
class WriteFile:
    """The file holds exactly this, whatever it held before."""

    place: Place
    language: str
    file: str
    text: str


@dataclass(frozen=True)
class Change:
    """Whole lines that stand exactly once in the file are replaced, or get neighbours."""

    place: Place
    language: str
    file: str
    find: str
    how: How
    text: str


@dataclass(frozen=True)
class Delete:
    """The file is gone."""

    place: Place
    language: str
    file: str


@dataclass(frozen=True)
class Run:
    """Commands, one argument list each; `python` is the interpreter of whoever runs them."""

    place: Place
    language: str
    commands: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Result:
    """At the end of the guide the file is exactly this."""

    place: Place
    language: str
    file: str
    text: str


Block = WriteFile | Change | Delete | Run | Result


@dataclass(frozen=True)
class Guide:
    """One language's guide of one stage."""

    path: Path
    blocks: tuple[Block, ...]

    @property
    def steps(self) -> tuple[Block, ...]:
        """The blocks that do something: all but the results."""
        return tuple(block for block in self.blocks if not isinstance(block, Result))

    @property
    def results(self) -> tuple[Result, ...]:
        """The blocks that only say what the files are in the end."""
        return tuple(block for block in self.blocks if isinstance(block, Result))

    @property
    def files(self) -> tuple[str, ...]:
        """The files that its steps name, in order of appearance; a command names none."""
        named = (block.file for block in self.steps if not isinstance(block, Run))
        return tuple(dict.fromkeys(named))


def meaning(block: Block) -> tuple[object, ...]:
    """A block without its place: equal in both languages, and what a solution's hash is made of."""
    said = tuple(value for name, value in vars(block).items() if name != "place")
    return (type(block).__name__, *said)
