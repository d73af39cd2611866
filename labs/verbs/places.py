"""Where things are: the student's folder, and `.labs/`, which remembers between two commands."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = "KIT_HOME"
"""Variable that moves workspace/ and .labs/ elsewhere: for several students of one kit."""
SOLUTIONS = "KIT_SOLUTIONS"
"""Variable that names a cache of solutions shared with others."""


@dataclass(frozen=True)
class Places:
    """Paths below one home; nothing is made until somebody writes."""

    home: Path

    @property
    def workspace(self) -> Path:
        """The student's folder, unless `--dir` names another."""
        return self.home / "workspace"

    @property
    def state(self) -> Path:
        """What the kit remembers; may be deleted at any time."""
        return self.home / ".labs"

    @property
    def last(self) -> Path:
        """The evidence of the last check's first red."""
        return self.state / "last"

    @property
    def backups(self) -> Path:
        """Copies made before something of the student's was changed."""
        return self.state / "backups"

    @property
    def environments(self) -> Path:
        """Environments made by `install` of a service.toml, by hash."""
        return self.state / "envs"

    @property
    def solutions(self) -> Path:
        """Solutions built from the guides, by hash."""
        return Path(os.environ.get(SOLUTIONS) or self.state / "solutions")

    def progress(self, folder: Path) -> Path:
        """The progress file of a student's folder: each project has its own."""
        if folder.resolve() == self.workspace.resolve():
            return self.state / "progress.toml"
        name = sha256(str(folder.resolve()).encode()).hexdigest()[:8]
        return self.state / "projects" / f"{folder.resolve().name}-{name}.toml"


def places(environ: Mapping[str, str] = os.environ) -> Places:
    """Those of this kit, or of the home that the environment names."""
    named = environ.get(HOME)
    return Places(Path(named).absolute() if named else ROOT)


def shown(path: Path) -> str:
    """A path as its owner would type it from here."""
    here = Path.cwd()
    absolute = path.absolute()
    if absolute == here:
        return "."
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)
