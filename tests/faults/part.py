"""A program that a test may kill, freeze and start again, by its own process id alone."""

import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

import psutil

from tests.engines.children import child, wait_until

_START = 90.0


@dataclass(kw_only=True)
class Part:
    """One program; `ready` says whether it does its work."""

    command: Sequence[str | Path]
    log: Path
    ready: Callable[[], bool]
    folder: Path = Path("/")
    user: str | None = None
    environ: Mapping[str, str] | None = None
    stop: signal.Signals = signal.SIGTERM
    _process: Popen[bytes] | None = field(default=None, init=False)
    _stack: ExitStack = field(default_factory=ExitStack, init=False)

    def start(self) -> None:
        """Start it, unless it runs."""
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = self._stack.enter_context(
                child(
                    self.command,
                    log=self.log,
                    folder=self.folder,
                    user=self.user,
                    environ=self.environ,
                    stop=self.stop,
                )
            )

    def wait_ready(self) -> None:
        """Return once it does its work."""
        wait_until(self.ready, seconds=_START, of=self._process, log=self.log)

    def kill(self) -> None:
        """kill -9, its descendants too; it is gone on return."""
        tree = self._each(psutil.Process.kill)
        psutil.wait_procs(tree, timeout=10)
        self.close()

    def freeze(self) -> None:
        """SIGSTOP, its descendants too: the system still accepts and acknowledges for it."""
        self._each(psutil.Process.suspend)

    def thaw(self) -> None:
        """SIGCONT."""
        self._each(psutil.Process.resume)

    def terminate(self, *, seconds: float) -> int:
        """Ask it to stop, as a deployment does; its exit code."""
        process = self._running()
        process.send_signal(self.stop)
        return process.wait(seconds)

    def close(self) -> None:
        """End it, frozen or not."""
        self.thaw()
        self._stack.close()
        self._process = None

    def _running(self) -> Popen[bytes]:
        assert self._process is not None, "the part was not started"
        return self._process

    def _each(self, act: Callable[[psutil.Process], None]) -> list[psutil.Process]:
        """Do it to every process of the tree; PostgreSQL's own come and go meanwhile."""
        tree = self._tree()
        for process in tree:
            with suppress(psutil.NoSuchProcess):
                act(process)
        return tree

    def _tree(self) -> list[psutil.Process]:
        """It and its descendants, if it runs."""
        if self._process is None or self._process.poll() is not None:
            return []
        first = psutil.Process(self._process.pid)
        return [first, *first.children(recursive=True)]
