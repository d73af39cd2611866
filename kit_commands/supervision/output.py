"""What the parts say: every line whole into the part's log, and on the terminal behind its name."""

import threading
from pathlib import Path
from typing import IO

from kit_commands.voice import Voice

PALETTE = ("cyan", "green", "magenta", "blue", "yellow")


class Output:
    """A folder of logs, one per part, mirrored line by line to a voice."""

    def __init__(self, folder: Path, voice: Voice) -> None:
        self.folder = folder
        self._voice = voice
        self._names: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)

    def log_of(self, name: str) -> Path:
        """Where the lines of that part are kept."""
        return self.folder / f"{name}.log"

    def start_afresh(self, name: str) -> None:
        """Keep the last run's log as `.1` and begin an empty one."""
        log = self.log_of(name)
        if log.exists():
            log.replace(log.with_name(f"{name}.log.1"))
        self._names.append(name)

    def follow(self, name: str, stream: IO[bytes]) -> threading.Thread:
        """Copy `stream` until it ends, in a thread of its own."""
        thread = threading.Thread(target=self._copy, args=(name, stream), daemon=True)
        thread.start()
        return thread

    def last_lines(self, name: str, count: int = 15) -> str:
        """The end of a part's log."""
        lines = self.log_of(name).read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-count:])

    def _copy(self, name: str, stream: IO[bytes]) -> None:
        prefix = self._prefix(name)
        with stream, self.log_of(name).open("ab", buffering=0) as log:
            for line in stream:
                log.write(line)
                self._voice.line(prefix + line.decode("utf-8", "replace").rstrip("\r\n"))

    def _prefix(self, name: str) -> str:
        colour = PALETTE[self._names.index(name) % len(PALETTE)]
        return self._voice.paint(f"{name:<10} | ", colour)
