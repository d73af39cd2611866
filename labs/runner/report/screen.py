"""What a student sees while the checks run: a line per stage, and the first red as it happens."""

import shutil
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice
from labs.runner.course import Check, Course
from labs.runner.evidence import Evidence
from labs.runner.report.compact import compact, cut
from labs.runner.report.prose import wrapped
from labs.runner.report.sentence import Sentences
from labs.runner.verdicts import Result, Verdict

ASKS = {
    "brief": Text(en="asked by the brief", es="lo pide el enunciado"),
    "kit": Text(en="asked by the course", es="lo pide el curso"),
}
NEXT = Text(
    en="  {kit} why    all that the judge saw\n  {kit} hint   a hint, one step at a time",
    es="  {kit} why    todo lo que vio el juez\n  {kit} hint   una pista, paso a paso",
)
GREEN = Text(en="{green} of {all}", es="{green} de {all}")
RED = Text(en="{red} red", es="{red} en rojo")
WIDEST = 80
_SEEN = {Verdict.PASS, Verdict.SKIPPED}


def width_of_terminal() -> int:
    """Columns to write in: no more than a page is wide, whatever the window."""
    return min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns) - 1


class Screen:
    """A listener of the judge that speaks; `every` shows each red one in full, not only the first.

    `loud` are the stages that get a line of their own even when all is well.
    """

    def __init__(
        self,
        voice: Voice,
        course: Course,
        planned: Sequence[Check],
        *,
        loud: Sequence[str],
        folder: str = "",
        every: bool = False,
    ) -> None:
        self._voice = voice
        self._sentences = Sentences(course)
        self._left = Counter(check.stage for check in planned)
        self._all = Counter(self._left)
        self._loud = set(loud)
        self._names = {stage.number: stage.name for stage in course.stages}
        self._folder = folder
        self._every = every
        self._ended: list[Result] = []

    def starts(self, check: Check) -> None:
        """On a terminal, say in place what is being looked at."""
        if self._voice.on_terminal:
            done = self._all[check.stage] - self._left[check.stage]
            line = f"  … {self._names[check.stage]} {done}/{self._all[check.stage]}  {check.id}"
            self._voice.write("\r\x1b[2K" + cut(line, width_of_terminal()))

    def ended(self, check: Check, result: Result, _evidence: Evidence) -> None:
        """Show the first red in full; close a stage with its line."""
        self._wipe()
        first = result.verdict.is_red and not any(one.verdict.is_red for one in self._ended)
        self._ended.append(result)
        if first or (self._every and result.verdict.is_red):
            show_red(self._voice, self._sentences, result.as_json(), folder=self._folder)
        self._left[check.stage] -= 1
        if not self._left[check.stage]:
            self._close(check.stage)

    def _wipe(self) -> None:
        if self._voice.on_terminal:
            self._voice.write("\r\x1b[2K")

    def _close(self, stage: str) -> None:
        ours = [one for one in self._ended if one.stage == stage]
        if stage in self._loud or any(one.verdict.is_red for one in ours):
            self._voice.line("  " + stage_line(self._voice, self._names[stage], ours))


def stage_line(voice: Voice, name: str, results: Sequence[Result]) -> str:
    """One stage's counts: `✓ 03-mail  9 of 9  4.1 s`."""
    count = Counter(one.verdict for one in results)
    red = sum(number for verdict, number in count.items() if verdict.is_red)
    looked = red + sum(number for verdict, number in count.items() if verdict in _SEEN)
    words = [voice.phrase(GREEN, green=count[Verdict.PASS], all=looked)]
    words += [voice.phrase(RED, red=red)] if red else []
    seconds = sum(one.seconds for one in results)
    return (
        f"{mark(voice, _state(red, count))} {name.ljust(16)} {', '.join(words)} · {seconds:.1f} s"
    )


def _state(red: int, count: Mapping[Verdict, int]) -> str:
    if red:
        return "red"
    return "green" if count[Verdict.PASS] and not count[Verdict.SKIPPED] else "none"


def mark(voice: Voice, state: str) -> str:
    """✓ green, ✗ red, · neither; each one letter wide where the code page has it."""
    shown = {"green": ("✓", "green"), "red": ("✗", "red")}.get(state, ("·", "yellow"))
    return voice.paint(*shown)


def show_red(
    voice: Voice, sentences: Sentences, row: Mapping[str, Any], *, folder: str = ""
) -> None:
    """One red check, on no more than half a screen: promise, sentence, evidence, what next."""
    width = width_of_terminal()
    title = f"{row['stage']}:{row['id']} · {voice.phrase(sentences.title(row))}"
    voice.line("")
    for number, line in enumerate(textwrap.wrap(title, width - 2) or [title]):
        voice.line((mark(voice, "red") if not number else " ") + " " + voice.paint(line, "red"))
    voice.line(f"  ({voice.phrase(ASKS[row['asks']])})")
    voice.line("")
    for line in wrapped(voice, sentences.of(row, voice.language), width - 2):
        voice.line(f"  {line}")
    voice.line("")
    for line in compact(row, width=width - 2, folder=folder):
        voice.line(f"  {line}")
    voice.line("")
    voice.say(NEXT, kit=kit_command())
    voice.line("")
