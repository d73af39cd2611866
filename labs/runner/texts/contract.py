"""The literals that checks may compare, read from `labs/contract.toml`."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LABS = Path(__file__).resolve().parents[2]

KINDS = ("path", "field", "code", "header", "variable", "limit", "value")
LANGUAGES = ("es", "en")

Plain = str | int | float
"""A literal as it stands in a check's source."""

_CLASS = re.compile(r"([1-5])xx")


class WrongContract(Exception):
    """`contract.toml` does not follow its own format; the sentence names the entry."""


@dataclass(frozen=True, kw_only=True)
class Literal:
    """One row of a task's table; `brief` is the sentence of the brief that asks for it, or ""."""

    stage: str
    kind: str
    literal: Plain | list[Plain]
    asks: str
    es: str
    en: str
    unit: str = ""
    brief: str = ""

    def plain(self) -> set[Plain]:
        """What a check's source may hold for it: "4xx" stands for its own bounds too."""
        return {plain for one in self.each() for plain in _plain(one)}

    def each(self) -> list[Plain]:
        """The literals of the row, one or several."""
        return self.literal if isinstance(self.literal, list) else [self.literal]


def contract(labs: Path = LABS) -> dict[str, list[Literal]]:
    """Every stage's literals in the order of the file; raises WrongContract."""
    with (labs / "contract.toml").open("rb") as file:
        stages = tomllib.load(file)["stage"]
    return {stage["id"]: [_read(stage["id"], row) for row in stage["literal"]] for stage in stages}


def literals(stage: str, labs: Path = LABS) -> set[Plain]:
    """All that the checks of `stage` may compare: its literals and those of the earlier stages.

    Raises KeyError for a stage that the contract does not hold.
    """
    stages = contract(labs)
    order = list(stages)
    if stage not in stages:
        raise KeyError(stage)
    told = order[: order.index(stage) + 1]
    return {plain for name in told for row in stages[name] for plain in row.plain()}


def _plain(literal: Plain) -> set[Plain]:
    """The literal and, for a class of codes, its bounds."""
    family = _CLASS.fullmatch(str(literal))
    if not family:
        return {literal}
    first = int(family[1]) * 100
    return {literal, first, first + 99, first + 100}


def _read(stage: str, row: dict[str, Any]) -> Literal:
    """One entry, held to the format."""
    try:
        read = Literal(stage=stage, **row)
    except TypeError as reason:
        raise WrongContract(f"{stage}, {row.get('literal')!r}: {reason}") from None
    for complaint in _complaints(read):
        raise WrongContract(f"{stage}, {read.literal!r}: {complaint}")
    return read


def _complaints(row: Literal) -> list[str]:
    """What is wrong with an entry."""
    return [
        complaint
        for wrong, complaint in (
            (row.kind not in KINDS, f"kind is one of {', '.join(KINDS)}"),
            (row.asks not in ("brief", "kit"), "asks is brief or kit"),
            ((row.asks == "brief") != bool(row.brief), "asks = brief goes with a quoted sentence"),
            ((row.kind == "limit") != bool(row.unit), "a limit has a unit, and only a limit"),
            (not row.es or not row.en, "both languages say what it means"),
        )
        if wrong
    ]
