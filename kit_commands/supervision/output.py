"""What the parts say: every line whole into the part's log, and on the terminal behind its name."""

import threading
from pathlib import Path
from typing import IO

from kit_commands.supervision.events import short
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

    def follow(self, name: str, stream: IO[bytes], *, quiet: bool = False) -> threading.Thread:
        """Copy `stream` until it ends, in a thread of its own; if `quiet`, to the log alone."""
        thread = threading.Thread(target=self._copy, args=(name, stream, quiet), daemon=True)
        thread.start()
        return thread

    def last_lines(self, name: str, count: int = 15) -> str:
        """The end of a part's log; of a traceback only what was raised, the log has the rest."""
        lines = self.log_of(name).read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(without_frames(lines[-200:])[-count:])

    def _copy(self, name: str, stream: IO[bytes], quiet: bool) -> None:
        prefix = self._prefix(name)
        with stream, self.log_of(name).open("ab", buffering=0) as log:
            for line in stream:
                log.write(line)
                if not quiet:
                    words = line.decode("utf-8", "replace").rstrip("\r\n")
                    self._voice.line(prefix + self._form(words))

    def _form(self, line: str) -> str:
        """As it is where programs read along, the short form where a person does."""
        return short(line) if self._voice.on_terminal else line

    def _prefix(self, name: str) -> str:
        colour = PALETTE[self._names.index(name) % len(PALETTE)]
        return self._voice.paint(f"{name:<10} | ", colour)


def without_frames(lines: list[str]) -> list[str]:
    """The lines without the indented frames of tracebacks and their headings."""
    if not any(line.startswith("Traceback (") for line in lines):
        return lines
    return [line for line in lines if line and not line.startswith((" ", "Traceback ("))]
