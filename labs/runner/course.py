"""The course as its files declare it: stages, their checks in order, what each check needs."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kit_commands.errors import WrongCommand
from kit_commands.voice import Text

LABS = Path(__file__).resolve().parent.parent
GATE = "00:listens"
"""The only check that gates other stages: nothing can be asked of what does not listen."""

NO_SUCH_STAGE = Text(
    en="There is no stage “{asked}”. The stages are: {known}.",
    es="No existe la etapa «{asked}». Las etapas son: {known}.",
)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One promise that the judge tests; `general` is said when no known mistake fits."""

    id: str
    stage: str
    asks: str
    title: Text
    general: Text
    needs: tuple[str, ...]
    depends: tuple[str, ...]
    seconds: float
    behind: tuple[str, ...] = ()
    """As `depends`, but what is not applicable there does not matter here."""
    quote: str = ""
    current_only: bool = False
    """A later stage asks the same and more, so it is asked of the present stage alone."""
    net: bool = False
    """A safety net: no known mistake turns it red before another check does."""
    beside: bool = False
    """It uses services of its own only, and may run while others do."""

    @property
    def key(self) -> str:
        """Unique in the course, such as `01:valid`."""
        return f"{self.stage}:{self.id}"

    @property
    def function(self) -> str:
        """The name of its function in `checks.py`."""
        return self.id.replace("-", "_")


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of the course and the folder that holds it."""

    number: str
    slug: str
    folder: Path
    title: Text
    track: str
    minutes: int
    points: int
    checks: tuple[Check, ...]
    starter_red: tuple[str, ...] = ()
    """The checks at which what the stage starts from may first be red."""
    starter_hints: tuple[str, ...] = ()
    """Hints that are true of what the stage starts from."""

    @property
    def name(self) -> str:
        """As a student types it: `07-idempotency`."""
        return f"{self.number}-{self.slug}"

    @property
    def checks_file(self) -> Path:
        """Where its checks are written."""
        return self.folder / "checks.py"


@dataclass(frozen=True)
class Course:
    """All stages in order."""

    stages: tuple[Stage, ...]

    @cached_property
    def checks(self) -> dict[str, Check]:
        """Every check by its key."""
        return {check.key: check for stage in self.stages for check in stage.checks}

    def stage(self, asked: str) -> Stage:
        """The stage of that number or name; WrongCommand names those that exist."""
        wanted = asked.zfill(2) if asked.isdigit() else asked
        for stage in self.stages:
            if wanted in {stage.number, stage.slug, stage.name}:
                return stage
        known = ", ".join(stage.name for stage in self.stages)
        raise WrongCommand(NO_SUCH_STAGE, asked=asked, known=known)

    def up_to(self, last: Stage) -> tuple[Stage, ...]:
        """That stage and those before it."""
        return self.stages[: self.stages.index(last) + 1]

    def after(self, stage: Stage) -> Stage | None:
        """The next stage, None behind the last."""
        following = self.stages[self.stages.index(stage) + 1 :]
        return following[0] if following else None


def load_course(labs: Path = LABS) -> Course:
    """Every folder of `labs` that has a stage.toml, in the order of their numbers."""
    return Course(tuple(_stage(path) for path in sorted(labs.glob("[0-9][0-9]-*/stage.toml"))))


def _stage(path: Path) -> Stage:
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    number, _, slug = path.parent.name.partition("-")
    return Stage(
        number=number,
        slug=slug,
        folder=path.parent,
        title=_text(said["title"]),
        track=said["track"],
        minutes=said["minutes"],
        points=said["points"],
        checks=tuple(_checks(number, said["check"])),
        starter_red=tuple(f"{number}:{one}" for one in _starter(said, "red")),
        starter_hints=tuple(_starter(said, "hints")),
    )


def _starter(said: dict[str, Any], key: str) -> list[str]:
    """What a stage says of its starter; first of all it is red at its first check."""
    known: list[str] = said.get("starter", {}).get(key, [])
    return known or ([said["check"][0]["id"]] if key == "red" else [])


def _checks(number: str, said: list[dict[str, Any]]) -> Iterator[Check]:
    for one in said:
        key = f"{number}:{one['id']}"
        named = [name if ":" in name else f"{number}:{name}" for name in one.get("depends", [])]
        gate = [] if key == GATE else [GATE]
        yield Check(
            id=one["id"],
            stage=number,
            asks=one["asks"],
            title=_text(one["title"]),
            general=_text(one["general"]),
            needs=tuple(one["needs"]),
            depends=(*gate, *named),
            behind=tuple(one.get("behind", [])),
            seconds=float(one.get("seconds", 30)),
            quote=one.get("quote", ""),
            current_only=one.get("current_only", False),
            net=one.get("net", False),
            beside=one.get("beside", False),
        )


def _text(said: dict[str, str]) -> Text:
    return Text(en=said["en"], es=said["es"])
