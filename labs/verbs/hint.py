"""`kit.py hint`: one step at a time: the recognised mistake, the idea, the place, a sketch."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kit_commands.errors import WrongCommand
from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice
from labs.runner.course import Check, Course, load_course
from labs.runner.report.prose import wrapped
from labs.runner.report.screen import width_of_terminal
from labs.runner.report.sentence import Sentences
from labs.verbs.graded import STEPS, graded_hints
from labs.verbs.last_run import recall_red
from labs.verbs.options import Options
from labs.verbs.places import Places, places

PROMISE = Text(
    en="A hint for the first red check: what was recognised, then idea, place and sketch.",
    es="Una pista para la primera revisión en rojo: lo reconocido, y luego idea, lugar y boceto.",
)
CHECK = Text(
    en="a check, such as 01:valid (the first red one)",
    es="una revisión, como 01:valid (la primera en rojo)",
)
NO_SUCH_CHECK = Text(
    en="There is no check “{asked}”. Those of stage {stage}: {known}.",
    es="No existe la revisión «{asked}». Las de la etapa {stage}: {known}.",
)
LABELS = {
    "mistake": Text(en="What was recognised", es="Lo que se reconoció"),
    "concept": Text(en="The idea", es="La idea"),
    "place": Text(en="The place", es="El lugar"),
    "sketch": Text(en="A sketch", es="Un boceto"),
}
MORE = Text(en="{kit} hint{check} again goes one step further.",
            es="{kit} hint{check} otra vez va un paso más allá.")  # fmt: skip
THE_END = Text(
    en="That was the last hint. The guide builds it with you: {kit} guide {stage}",
    es="Era la última pista. La guía lo construye contigo: {kit} guide {stage}",
)


def main(arguments: Sequence[str], voice: Voice) -> int:
    """Show the hints reached so far of one check, and remember the step; 0."""
    where, course = places(), load_course()
    options = Options("hint", PROMISE, voice)
    options.takes("check", text=CHECK, nargs="?", metavar="CHECK")
    chosen = options.read(arguments)
    row: Mapping[str, Any] | None = None
    if chosen.check is None:
        remembered = recall_red(where, voice)
        if remembered is None:
            return 0
        row = remembered[1]
        check = course.checks[f"{row['stage']}:{row['id']}"]
    else:
        check = check_named(course, chosen.check)
    steps = list(_steps(course, check, row, voice))
    reached = min(_step_of(where, check) + 1, len(steps))
    _remember_step(where, check, reached)
    _show(voice, check, steps[:reached])
    _say_what_next(voice, check, asked=chosen.check is not None, last=reached == len(steps))
    return 0


def check_named(course: Course, asked: str) -> Check:
    """The check of that key or id; WrongCommand names those of its stage."""
    found = [one for key, one in course.checks.items() if asked in {key, one.id}]
    if found:
        return found[0]
    number = asked.partition(":")[0]
    stages = [stage for stage in course.stages if stage.number == number] or [course.stages[0]]
    known = ", ".join(check.id for check in stages[0].checks)
    raise WrongCommand(NO_SUCH_CHECK, asked=asked, stage=stages[0].number, known=known)


def _steps(
    course: Course, check: Check, row: Mapping[str, Any] | None, voice: Voice
) -> Iterator[tuple[str, str]]:
    """What may be said, in order: label and words."""
    sentences = Sentences(course)
    if row is not None and row["hint_id"] in sentences.hints:
        yield "mistake", sentences.of(row, voice.language)
    graded = graded_hints(check)
    for step in STEPS:
        if step in graded:
            yield step, graded[step].es if voice.language == "es" else graded[step].en


def _show(voice: Voice, check: Check, steps: Sequence[tuple[str, str]]) -> None:
    width = width_of_terminal()
    voice.line(voice.paint(f"{check.key} · {voice.phrase(check.title)}", "cyan"))
    for label, words in steps:
        voice.line("")
        voice.line(voice.paint(voice.phrase(LABELS[label]), "yellow"))
        for line in wrapped(voice, words, width - 2):
            voice.line(f"  {line}")
    voice.line("")


def _say_what_next(voice: Voice, check: Check, *, asked: bool, last: bool) -> None:
    if last:
        voice.say(THE_END, kit=kit_command(), stage=check.stage)
    else:
        voice.say(MORE, kit=kit_command(), check=f" {check.key}" if asked else "")


def _step_of(where: Places, check: Check) -> int:
    try:
        said = json.loads(_file(where).read_text(encoding="utf-8"))
        return int(said.get(check.key, 0))
    except (OSError, ValueError, TypeError, AttributeError):
        return 0


def _remember_step(where: Places, check: Check, step: int) -> None:
    path = _file(where)
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        said = {}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(said | {check.key: step}, indent=2), encoding="utf-8")


def _file(where: Places) -> Path:
    return where.state / "hints.json"
