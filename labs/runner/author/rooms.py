"""Where the proof's services come from: solutions, with a mistake in them or without."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labs.runner.course import LABS, Course, Stage
from labs.runner.guides.mistakes import Mistake, all_mistakes, inject
from labs.runner.guides.solution import build

EMPTY = """format = 1
[service]
web = ["{python}", "manage.py", "runserver", "127.0.0.1:{port}", "--noreload"]
"""
"""What a student has before stage 00: the form filled in, and no code."""


class Rooms:
    """Folders for trials below one temporary folder, and the solutions' cache."""

    def __init__(self, folder: Path, course: Course, cache: Path) -> None:
        self.course = course
        self.mistakes = all_mistakes(LABS)
        self._folder = folder
        self._cache = cache

    def solution(self, stage: Stage, name: str) -> Path:
        """A fresh copy of that stage's solution."""
        folder = self._folder / f"{stage.number}-{name}"
        shutil.rmtree(folder, ignore_errors=True)
        return build(stage.name, folder, cache=self._cache)

    def starter(self, stage: Stage) -> Path:
        """What a student has when a stage begins: the solution of the one before."""
        index = self.course.stages.index(stage)
        if index:
            return self.solution(self.course.stages[index - 1], f"starter-of-{stage.number}")
        folder = self._folder / "starter"
        folder.mkdir(exist_ok=True)
        (folder / "service.toml").write_text(EMPTY, encoding="utf-8")
        return folder

    def mistaken(self, stage: Stage, *mistakes: Mistake, last: bool = False) -> Path:
        """A solution with these mistakes made in it; AnchorMissed if two of them meet."""
        name = "-and-".join(mistake.id for mistake in mistakes) + ("-last" if last else "")
        folder = self.solution(stage, name)
        for mistake in mistakes:
            inject(mistake, folder, last=last)
        return folder


@contextmanager
def rooms(course: Course) -> Iterator[Rooms]:
    """Rooms that are gone afterwards, but for the cache of solutions."""
    cache = Path(os.environ.get("KIT_SOLUTIONS") or Path(tempfile.gettempdir()) / "kit-solutions")
    with tempfile.TemporaryDirectory(prefix="kit-proof-") as folder:
        yield Rooms(Path(folder), course, cache)
