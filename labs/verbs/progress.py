"""How far a student is, in a TOML file that a person can read and correct."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from labs.runner.course import Course, Stage

HEAD = """\
# Your progress / Tu avance. Written by “kit.py check”; delete it to begin again.
format = 1
current = "{current}"
"""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one stage ended when it was last checked; `red` is its first red check."""

    state: str
    when: str
    profile: str = "kit"
    red: str = ""


@dataclass
class Progress:
    """The stage being worked on and how each stage stands, by the stages' names."""

    current: str
    stages: dict[str, Standing] = field(default_factory=dict)

    def is_green(self, stage: Stage) -> bool:
        """Whether it was green when it was last checked."""
        return stage.name in self.stages and self.stages[stage.name].state == "green"

    def note(self, stage: Stage, *, red: str, profile: str) -> None:
        """Remember how a stage has just ended; `red` is empty when it is green."""
        when = datetime.now().astimezone().isoformat(timespec="seconds")
        state = "red" if red else "green"
        self.stages[stage.name] = Standing(state=state, when=when, profile=profile, red=red)

    def move_on(self, course: Course, stage: Stage) -> Stage:
        """Make the next core stage that is not green the current one, and return it."""
        following = course.stages[course.stages.index(stage) + 1 :]
        left = [one for one in following if one.track == "core" and not self.is_green(one)]
        reached = left[0] if left else stage
        self.current = reached.name
        return reached


def read_progress(path: Path, course: Course) -> Progress:
    """What the file says; the first stage where there is none, or none that can be read."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        stages = {name: Standing(**one) for name, one in said.get("stage", {}).items()}
        current = str(said["current"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Progress(course.stages[0].name)
    known = {stage.name for stage in course.stages}
    return Progress(current if current in known else course.stages[0].name, stages)


def write_progress(path: Path, progress: Progress) -> None:
    """Write it whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = HEAD.format(current=progress.current) + "".join(_tables(progress.stages.items()))
    draft = path.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _tables(stages: Iterable[tuple[str, Standing]]) -> Iterable[str]:
    for name, standing in sorted(stages):
        yield f"\n[stage.{name}]\n"
        yield "".join(f'{key} = "{value}"\n' for key, value in vars(standing).items() if value)
