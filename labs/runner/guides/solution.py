"""Solution N: the guides 00 to N carried out in an empty folder, each stage cached by its hash."""

import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from labs.runner.guides.blocks import Guide, meaning
from labs.runner.guides.carry_out import carry_out
from labs.runner.guides.errors import NOT_EMPTY, GuideWrong
from labs.runner.guides.parse import read_guide

LABS = Path(__file__).resolve().parents[2]
_LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "*.pyc")


def stages(labs: Path = LABS) -> list[str]:
    """The stages that have a guide, in order: `00-start` and so on."""
    return sorted(path.parent.name for path in labs.glob("[0-9][0-9]-*/guide.md"))


def build(
    stage: str, into: Path, *, cache: Path, labs: Path = LABS, python: str = sys.executable
) -> Path:
    """Make solution `stage` in `into`, which is empty or absent, and return it."""
    if into.exists() and any(into.iterdir()):
        raise GuideWrong(NOT_EMPTY, folder=into)
    shutil.copytree(cached(stage, cache=cache, labs=labs, python=python), into, dirs_exist_ok=True)
    return into


def cached(stage: str, *, cache: Path, labs: Path = LABS, python: str = sys.executable) -> Path:
    """The folder in `cache` that holds solution `stage`, built if need be: copy it, change none."""
    names = stages(labs)
    guides = [read_guide(labs / name / "guide.md") for name in names[: names.index(stage) + 1]]
    folder: Path | None = None
    for count in range(1, len(guides) + 1):
        made = cache / f"{guides[count - 1].path.parent.name}-{_hash(guides[:count])}"
        if not made.is_dir():
            _build_next(folder, guides[count - 1], made, python)
        folder = made
    assert folder is not None  # noqa: S101  a known stage has at least its own guide
    return folder


def _build_next(before: Path | None, guide: Guide, made: Path, python: str) -> None:
    """Build beside and rename: two builders at once are one that came second."""
    made.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=made.parent, prefix=".building-") as name:
        room = Path(name) / "solution"
        if before is None:
            room.mkdir()
        else:
            shutil.copytree(before, room)
        carry_out(guide, room, python=python)
        clean = Path(name) / "clean"
        shutil.copytree(room, clean, ignore=_LEFT_BEHIND)
        try:
            clean.rename(made)
        except OSError:
            if not made.is_dir():
                raise


def _hash(guides: Sequence[Guide]) -> str:
    steps = [meaning(step) for guide in guides for step in guide.steps]
    said = json.dumps([*_versions(), steps], ensure_ascii=False)
    return sha256(said.encode("utf-8")).hexdigest()[:16]


def _versions() -> list[str]:
    """What else a generated file depends on."""
    try:
        django = version("Django")
    except PackageNotFoundError:
        django = ""
    return [".".join(map(str, sys.version_info[:3])), django]
