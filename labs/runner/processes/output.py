"""What a process writes: drained by a thread, decoded with replacement, kept within limits.

A student's process may write binary, an endless line, or a gigabyte: the first lines and the last
ones are kept, the middle is counted, and the process never waits for us.
"""

import threading
from collections import deque
from dataclasses import dataclass
from time import monotonic, sleep
from typing import IO

FIRST_LINES = 2_000
LAST_LINES = 4_000
LINE_LIMIT = 32_768
"""Octets kept of one line; what is beyond is dropped and counted."""
_CHUNK = 65_536


@dataclass(frozen=True)
class Line:
    """One line with the moment it came (monotonic seconds) and where: stdout or stderr."""

    at: float
    stream: str
    text: str


class Output:
    """The lines of one process, both streams, in the order in which they came."""

    def __init__(self) -> None:
        self._first: list[Line] = []
        self._last: deque[Line] = deque(maxlen=LAST_LINES)
        self._turn = threading.Lock()
        self._threads: list[threading.Thread] = []
        self.octets = 0

    def drain(self, stream: IO[bytes], name: str) -> None:
        """Read `stream` to its end in a thread of its own."""
        thread = threading.Thread(target=self._read, args=[stream, name], daemon=True)
        self._threads.append(thread)
        thread.start()

    def finish(self, seconds: float = 1.0) -> None:
        """Wait a moment for the ends of the streams: a grandchild may hold them open."""
        for thread in self._threads:
            thread.join(seconds)

    def wait_until_quiet(self, *, pause: float = 0.04, seconds: float = 0.4) -> None:
        """Wait until what was written before now has come through the pipes."""
        give_up, before = monotonic() + seconds, -1
        while before != self.octets and monotonic() < give_up:
            before = self.octets
            sleep(pause)

    def lines(self, stream: str | None = None, *, since: float = 0.0) -> list[Line]:
        """The kept lines of one stream or both, from a moment on."""
        with self._turn:
            kept = [*self._first, *self._last]
        return [line for line in kept if line.at >= since and stream in {None, line.stream}]

    def text(self, *, since: float = 0.0) -> str:
        """All kept lines as one text."""
        return "\n".join(line.text for line in self.lines(since=since))

    def tail(self, count: int = 12) -> list[str]:
        """The last lines that are not empty."""
        return [line.text for line in self.lines() if line.text.strip()][-count:]

    def _read(self, stream: IO[bytes], name: str) -> None:
        line = bytearray()
        try:
            while chunk := stream.read1(_CHUNK):  # type: ignore[attr-defined]
                self.octets += len(chunk)
                *whole, rest = chunk.split(b"\n")
                for part in whole:
                    self._keep(line + part[:LINE_LIMIT], name)
                    line = bytearray()
                if len(line) < LINE_LIMIT:
                    line += rest[:LINE_LIMIT]
        except (OSError, ValueError):
            pass  # closed under us: what came is kept
        finally:
            stream.close()
        if line:
            self._keep(line, name)

    def _keep(self, octets: bytes | bytearray, name: str) -> None:
        text = bytes(octets[:LINE_LIMIT]).decode("utf-8", "replace").rstrip("\r")
        line = Line(monotonic(), name, text)
        with self._turn:
            if len(self._first) < FIRST_LINES:
                self._first.append(line)
            else:
                self._last.append(line)
