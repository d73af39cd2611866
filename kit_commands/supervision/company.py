"""All parts together: started in order, watched, stopped in the opposite order, none left."""

import time
from pathlib import Path
from typing import Self

from kit_commands.errors import MachineNotReady
from kit_commands.supervision.keeper import Keeper
from kit_commands.supervision.output import Output
from kit_commands.supervision.part import Part
from kit_commands.supervision.stopping import Stopping
from kit_commands.supervision.strays import adopt_strays, kill_strays, reap_strays
from kit_commands.voice import Text, Voice

TURN = 0.1
"""Seconds between two looks at the parts: a death is noticed well within one second."""
PATIENCE = 60.0
"""Seconds a part may take until it answers for the first time."""

NOT_STARTED = Text(
    en="{name} did not start ({reason}). The end of {log}:\n{lines}",
    es="{name} no arrancó ({reason}). El final de {log}:\n{lines}",
)
ENDED = Text(en="it ended with {code}", es="terminó con {code}")
SILENT = Text(en="no answer in {seconds:.0f} s", es="sin respuesta en {seconds:.0f} s")
KILLING = Text(
    en="{name} did not stop in {seconds:.0f} s: killed.",
    es="{name} no paró en {seconds:.0f} s: lo mato.",
)


class Company:
    """The parts of one `up`, in the order in which they start; leaving the `with` stops them."""

    def __init__(self, *, root: Path, output: Output, voice: Voice, stopping: Stopping) -> None:
        self._root = root
        self._output = output
        self._voice = voice
        self._stopping = stopping
        self._keepers: list[Keeper] = []

    def __enter__(self) -> Self:
        adopt_strays()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, part: Part) -> Keeper:
        """Start one part, behind those already started."""
        self._output.start_afresh(part.name)
        keeper = Keeper(part, root=self._root, output=self._output, voice=self._voice)
        self._keepers.append(keeper)
        keeper.start()
        return keeper

    def run_to_end(self, part: Part) -> None:
        """Run a part that is meant to end, MachineNotReady if it fails."""
        keeper = self.start(part)
        while keeper.exit_code() is None and not self._stopping.wait(TURN / 4):
            pass
        if keeper.exit_code() is not None:
            self._keepers.remove(keeper)
        if keeper.exit_code() not in {0, None}:
            raise self._not_started(keeper)

    def wait_until_all_answer(self) -> None:
        """Return once every part can be used or a stop is wanted; a death is MachineNotReady."""
        end = time.monotonic() + PATIENCE
        for keeper in self._keepers:
            while not self._stopping.wanted and not keeper.part.answers():
                if keeper.exit_code() is not None or time.monotonic() > end:
                    raise self._not_started(keeper)
                self._stopping.wait(TURN / 2)

    def watch(self) -> None:
        """Keep every part alive until a stop is wanted."""
        while not self._stopping.wait(TURN):
            for keeper in self._keepers:
                keeper.tend()
            reap_strays({keeper.pid for keeper in self._keepers})

    def stop(self) -> None:
        """Stop the parts, last started first, each in its own time; leave no descendant."""
        for keeper in reversed(self._keepers):
            keeper.ask_to_stop()
            self._wait_for_end(keeper)
        kill_strays()
        for keeper in self._keepers:
            keeper.finish_reading()

    def _wait_for_end(self, keeper: Keeper) -> None:
        end = time.monotonic() + keeper.part.grace
        while keeper.pid is not None and keeper.exit_code() is None:
            if self._stopping.hurry:
                return keeper.kill()
            if time.monotonic() > end:
                self._voice.say(KILLING, name=keeper.part.name, seconds=keeper.part.grace)
                return keeper.kill()
            time.sleep(TURN / 4)
        return None

    def _not_started(self, keeper: Keeper) -> MachineNotReady:
        keeper.finish_reading()
        name, code = keeper.part.name, keeper.exit_code()
        silent = self._voice.phrase(SILENT, seconds=PATIENCE)
        reason = silent if code is None else self._voice.phrase(ENDED, code=code)
        log, lines = self._output.log_of(name), self._output.last_lines(name)
        return MachineNotReady(NOT_STARTED, name=name, reason=reason, log=log, lines=lines)
