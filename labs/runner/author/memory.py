"""What an interrupted proof already showed: one JSON line each, good for the same sources only.

A line is worth something as long as neither the judge nor the service in that trial's folder has
changed: an edit of one mistake costs the trials of that mistake and no others.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from labs.runner.author.trial import ROOT, Shown

_JUDGE = (
    "labs/**/*.py", "labs/**/stage.toml", "labs/*.toml", "labs/**/*.yaml", "mock_smtp/**/*.py",
)  # fmt: skip
_CONTROLS = ("tests/controls/**/*", "email_service/**/*.py")


@dataclass(frozen=True)
class Memory:
    """Results kept in a file, by gate and name, as long as no source of theirs changed."""

    path: Path
    judge: str
    """Digest of the judge's sources."""
    controls: str
    """Digest of what the controls are made of."""

    def recall(self, gate: str, what: str, folder: Path) -> Shown | None:
        """What was shown before, None if it was not tried with these sources."""
        digest = self._digest(gate, folder)
        for line in self._lines():
            if (line["digest"], line["gate"], line["what"]) == (digest, gate, what):
                return _shown(line["shown"])
        return None

    def keep(self, gate: str, what: str, folder: Path, shown: Shown) -> None:
        """Add one result."""
        digest = self._digest(gate, folder)
        line = {"digest": digest, "gate": gate, "what": what, "shown": asdict(shown)}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _digest(self, gate: str, folder: Path) -> str:
        service = self.controls if gate == "controls" else _digest(folder, folder.rglob("*"))
        return f"{self.judge}-{service}"

    def _lines(self) -> Iterator[dict[str, object]]:
        if self.path.is_file():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                yield json.loads(line)


def memory_at(path: Path) -> Memory:
    """The memory in that file, for the sources as they are now."""
    return Memory(path, _digest_of(_JUDGE), _digest_of(_CONTROLS))


def _digest_of(patterns: Iterable[str]) -> str:
    return _digest(ROOT, (source for pattern in patterns for source in ROOT.glob(pattern)))


def _digest(root: Path, sources: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for source in sorted(sources):
        if source.is_file() and "__pycache__" not in source.parts:
            digest.update(str(source.relative_to(root)).encode() + source.read_bytes())
    return digest.hexdigest()


def _shown(said: object) -> Shown:
    assert isinstance(said, dict)  # noqa: S101 - written by `keep`
    return Shown(**{**said, "reds": tuple(said["reds"]), "hints": tuple(said["hints"])})
