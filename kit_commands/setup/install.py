"""Installing the lock: visible progress, the whole output in a log, and a reason when it fails."""

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from kit_commands.voice import Voice

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==|^\S+\.whl", re.MULTILINE)
SEEN = re.compile(r"^(?:Collecting|Requirement already satisfied:|Processing) ([\w.-]+)")
QUIET = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_USER": "0"}


class InstallFailed(Exception):
    """The installer gave up; `output` is all it said."""

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output

    @property
    def reason(self) -> str:
        """The first line that calls itself an error, else the last line."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        errors = [line for line in lines if line.lower().startswith("error")]
        return (errors or lines or ["?"])[-1 if not errors else 0][:200]


def run_logged(command: Sequence[str], *, root: Path, log: Path, progress: "Progress") -> None:
    """Run one installer in `root`, adding what it says to `log`; InstallFailed if it fails."""
    environ = {**os.environ, **QUIET}
    said: list[str] = []
    with (
        log.open("a", encoding="utf-8") as file,
        subprocess.Popen(  # noqa: S603 - built by the kit
            command, cwd=root, env=environ, text=True, encoding="utf-8", errors="replace",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as installer,
    ):  # fmt: skip
        assert installer.stdout is not None  # noqa: S101 - PIPE was asked for
        for line in installer.stdout:
            said.append(line)
            file.write(line)
            progress.saw(line)
    progress.end()
    if installer.returncode != 0:
        raise InstallFailed("".join(said))


class Progress:
    """Shows how far an installer is: one line rewritten on a terminal, a few lines elsewhere."""

    def __init__(self, voice: Voice, total: int) -> None:
        self._voice = voice
        self._total = total
        self._count = 0

    def saw(self, line: str) -> None:
        """Count the packages that the installer names."""
        if line.startswith("Installing collected packages"):
            self._show("…")
        elif match := SEEN.match(line):
            self._count += 1
            self._show(match[1].rpartition("/")[2])

    def end(self) -> None:
        """Leave the cursor at the start of a clean line."""
        if self._count and self._voice.on_terminal:
            self._voice.write("\r\x1b[K")

    def _show(self, name: str) -> None:
        words = f"[{min(self._count, self._total)}/{self._total}] {name}"
        if self._voice.on_terminal:
            self._voice.write(f"\r\x1b[K  {words}")
        elif self._count % 25 == 1 or name == "…":
            self._voice.line(f"  {words}")


def packages_in(lock: Path) -> int:
    """How many packages the lock pins, whether or not their markers fit this machine."""
    return len(PINNED.findall(lock.read_text(encoding="utf-8")))
