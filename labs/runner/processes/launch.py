"""Starting one process of the student: its own group, its own session, nothing of our terminal."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic

from labs.runner.processes.output import Output

if sys.platform == "win32":
    _FLAGS = subprocess.CREATE_NEW_PROCESS_GROUP
else:
    _FLAGS = 0


class CannotLaunch(Exception):
    """The program of a command does not exist or may not be run; the message is the system's."""


class Process:
    """A started process and what it writes."""

    def __init__(self, name: str, child: "subprocess.Popen[bytes]") -> None:
        self.name = name
        self.output = Output()
        self.started_at = monotonic()
        self._child = child
        self._ended_by_us = False
        for stream, label in ((child.stdout, "stdout"), (child.stderr, "stderr")):
            if stream is not None:
                self.output.drain(stream, label)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._child.pid

    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._child.poll()

    def wait(self, seconds: float) -> int | None:
        """Its exit code, or None if it still runs after `seconds`."""
        try:
            return self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def ask_to_stop(self) -> None:
        """SIGTERM to this process alone; Windows knows only the hard way."""
        if self.exit_code() is None:
            self._ended_by_us = True
            self._child.terminate()

    def kill(self) -> None:
        """End this process alone, at once."""
        if self.exit_code() is None:
            self._ended_by_us = True
            self._child.kill()

    def was_killed(self) -> bool:
        """Whether somebody else ended it: by a signal, or in any way where there are none."""
        code = self.exit_code()
        by_signal = code is not None and (code < 0 or sys.platform == "win32")
        return by_signal and not self._ended_by_us


def launch(
    name: str, command: Sequence[str], *, folder: Path, environ: Mapping[str, str]
) -> Process:
    """Start `command` in `folder` with exactly `environ`; CannotLaunch if there is no program."""
    try:
        child = subprocess.Popen(  # noqa: S603 - the student's own command, argument by argument
            list(command),
            cwd=folder,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=os.name == "posix",
            creationflags=_FLAGS,
        )
    except OSError as error:
        raise CannotLaunch(f"{command[0]}: {error.strerror or error}") from None
    return Process(name, child)
