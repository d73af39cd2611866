"""One part kept alive: started, started again when it dies, stopped when it is time."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from kit_commands.supervision.output import Output
from kit_commands.supervision.part import Part
from kit_commands.supervision.pauses import Pauses
from kit_commands.voice import Text, Voice

DIED = Text(
    en="{name} ended with {code}: starting it again {when}.",
    es="{name} terminó con {code}: lo arranco de nuevo {when}.",
)
AT_ONCE = Text(en="at once", es="enseguida")
IN_SECONDS = Text(en="in {seconds:.0f} s", es="en {seconds:.0f} s")
HOPELESS = Text(
    en="{name} has died {deaths} times in a row. Its log says why: {log}",
    es="{name} murió {deaths} veces seguidas. Su registro dice por qué: {log}",
)
LAUNCHER = ("-S", "-m", "kit_commands.supervision.child")
"""-S: the launcher needs no installed package, and starts in a third of the time."""


class Keeper:
    """Keeps one `Part` alive; call everything from the main thread, see `child`."""

    def __init__(self, part: Part, *, root: Path, output: Output, voice: Voice) -> None:
        self.part = part
        self._root = root
        self._output = output
        self._voice = voice
        self._pauses = Pauses()
        self._child: subprocess.Popen[bytes] | None = None
        self._copying: threading.Thread | None = None
        self._started_at = 0.0
        self._start_at = 0.0

    @property
    def pid(self) -> int | None:
        """Its number while it runs."""
        return self._child.pid if self._child is not None else None

    def exit_code(self) -> int | None:
        """How it ended, None while it runs."""
        return self._child.poll() if self._child is not None else None

    def start(self) -> None:
        """Start it now, its output followed, its life bound to ours."""
        command = [sys.executable, *LAUNCHER, str(os.getpid()), sys.executable]
        flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows: out of Ctrl-C's reach
        self._child = subprocess.Popen(  # noqa: S603 - built by the kit
            [*command, *self.part.arguments],
            cwd=self._root,
            env=self.part.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            creationflags=flags,
        )
        self._started_at = time.monotonic()
        assert self._child.stdout is not None  # noqa: S101 - PIPE was asked for
        name, quiet = self.part.name, self.part.quiet
        self._copying = self._output.follow(name, self._child.stdout, quiet=quiet)

    def tend(self) -> None:
        """Notice its death and start it again when its pause is over; call this often."""
        now = time.monotonic()
        if self._child is None and now >= self._start_at:
            self.start()
        elif self._child is not None and self._child.poll() is not None:
            self._bury(self._child, now)

    def ask_to_stop(self) -> None:
        """Tell it that no more work comes: SIGTERM, on Windows the end of its input."""
        if self._child is None or self._child.poll() is not None:
            return
        if sys.platform != "win32":
            self._child.send_signal(signal.SIGTERM)
        elif self._child.stdin is not None:
            self._child.stdin.close()

    def kill(self) -> None:
        """End it without asking."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def finish_reading(self) -> None:
        """Let its last lines reach the log."""
        if self._copying is not None:
            self._copying.join(timeout=1.0)

    def _bury(self, child: subprocess.Popen[bytes], now: float) -> None:
        pause = self._pauses.after_death(ran=now - self._started_at)
        self._child, self._start_at = None, now + pause
        if child.stdin is not None:
            child.stdin.close()
        when = self._voice.phrase(IN_SECONDS if pause else AT_ONCE, seconds=pause)
        self._voice.say(DIED, name=self.part.name, code=child.returncode, when=when)
        if self._pauses.hopeless():
            log = self._output.log_of(self.part.name)
            self._voice.say(HOPELESS, name=self.part.name, deaths=self._pauses.deaths, log=log)
