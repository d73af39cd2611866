"""What an interrupted proof already showed: one JSON line each, good for the same sources only."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from labs.runner.author.trial import ROOT, Shown

_SOURCES = ("labs/**/*.py", "labs/**/*.toml", "labs/**/guide.md", "labs/**/*.yaml")
_SOURCES_OF_CONTROLS = ("tests/controls/**/*", "email_service/**/*.py", "mock_smtp/**/*.py")


@dataclass(frozen=True)
class Memory:
    """Results kept in a file, by gate and name, as long as no source changed."""

    path: Path
    digest: str

    def recall(self, gate: str, what: str) -> Shown | None:
        """What was shown before, None if it was not tried with these sources."""
        for line in self._lines():
            if (line["digest"], line["gate"], line["what"]) == (self.digest, gate, what):
                return _shown(line["shown"])
        return None

    def keep(self, gate: str, what: str, shown: Shown) -> None:
        """Add one result."""
        line = {"digest": self.digest, "gate": gate, "what": what, "shown": asdict(shown)}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _lines(self) -> Iterator[dict[str, object]]:
        if self.path.is_file():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                yield json.loads(line)


def memory_at(path: Path) -> Memory:
    """The memory in that file, for the sources as they are now."""
    digest = hashlib.sha256()
    for pattern in (*_SOURCES, *_SOURCES_OF_CONTROLS):
        for source in sorted(ROOT.glob(pattern)):
            if source.is_file() and "__pycache__" not in source.parts:
                digest.update(str(source.relative_to(ROOT)).encode() + source.read_bytes())
    return Memory(path, digest.hexdigest())


def _shown(said: object) -> Shown:
    assert isinstance(said, dict)  # noqa: S101 - written by `keep`
    return Shown(**{**said, "reds": tuple(said["reds"]), "hints": tuple(said["hints"])})
