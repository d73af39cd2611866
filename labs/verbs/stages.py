"""`kit.py list`: the stages, with their minutes and how each is doing."""

from collections.abc import Sequence

from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice
from labs.runner.course import Stage, load_course
from labs.runner.report.compact import cut
from labs.runner.report.screen import mark
from labs.verbs.options import Options
from labs.verbs.places import places
from labs.verbs.progress import Progress, Standing, read_progress

TITLE_WIDTH = 46
"""Letters of a title: with its number, minutes and note a line fits on 80 columns."""

PROMISE = Text(en="The stages and how each is doing.", es="Las etapas y cómo va cada una.")
EXTRA = Text(en="extra", es="adicional")
BRIEF = Text(en="brief only", es="solo enunciado")
HERE = Text(
    en="You are at {name}: {kit} check. Minutes left in the core: {left}.",
    es="Vas por {name}: {kit} check. Minutos que quedan del núcleo: {left}.",
)


def main(arguments: Sequence[str], voice: Voice) -> int:
    """One line per stage; 0."""
    where, course = places(), load_course()
    options = Options("list", PROMISE, voice)
    options.takes_folder(where.workspace)
    chosen = options.read(arguments)
    progress = read_progress(where.progress(chosen.dir), course)
    for stage in course.stages:
        voice.line(_line(voice, stage, progress))
    core = [stage for stage in course.stages if stage.track == "core"]
    left = sum(stage.minutes for stage in core if not progress.is_green(stage))
    voice.line("")
    voice.say(HERE, name=progress.current, kit=kit_command(), left=left)
    return 0


def _line(voice: Voice, stage: Stage, progress: Progress) -> str:
    here = "▸" if stage.name == progress.current else " "
    standing = progress.stages.get(stage.name)
    sign = mark(voice, standing.state if standing else "none")
    title = cut(voice.phrase(stage.title), TITLE_WIDTH)
    note = _note(voice, stage, standing)
    row = f"{stage.number} {title:<{TITLE_WIDTH}} {stage.minutes:>3} min  {note}"
    return f"{here} {sign} {row}".rstrip()


def _note(voice: Voice, stage: Stage, standing: Standing | None) -> str:
    """The first red check of it; else what is special about it."""
    if standing is not None and standing.red:
        return standing.red
    if standing is not None and standing.profile == "brief":
        return voice.phrase(BRIEF)
    return voice.phrase(EXTRA) if stage.track != "core" else ""
