"""The lines at the end of a run: what is red, both sums, what could not be seen, what is next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice
from labs.runner.course import Course, Stage
from labs.runner.report.compact import cut
from labs.runner.report.screen import width_of_terminal
from labs.runner.run import Judgement
from labs.runner.verdicts import Result, Verdict

MORE_RED = Text(en="Also red: {names}.", es="También en rojo: {names}.")
UNSEEN = Text(
    en="Not looked at, since they depend on what is red: {count}.",
    es="Sin mirar, porque dependen de lo que está en rojo: {count}.",
)
NOT_HERE = Text(
    en="Not observable here ({count}): {names}.",
    es="No se puede observar aquí ({count}): {names}.",
)
NOT_APPLICABLE = Text(
    en="Not applicable ({count}): {names}.",
    es="No se aplica ({count}): {names}.",
)
BRIEF = Text(en="brief {green} of {all}", es="enunciado {green} de {all}")
KIT = Text(en="course {green} of {all}", es="curso {green} de {all}")
HOW = Text(
    en="factor {factor:.1f} · seed {seed} · {seconds:.0f} s",
    es="factor {factor:.1f} · semilla {seed} · {seconds:.0f} s",
)
GREEN = Text(en="Stage {stage} is green: {title}.", es="Etapa {stage} en verde: {title}.")
SEEN_GREEN = Text(
    en="All that can be seen from outside is green. The whole is seen by {kit} check --dir FOLDER.",
    es="Todo lo que se ve desde fuera está en verde. El resto lo ve {kit} check --dir CARPETA.",
)
STILL_RED = Text(
    en="What stage {stage} asks is green; an earlier stage is not.",
    es="Lo que pide la etapa {stage} está en verde; una etapa anterior, no.",
)
NEXT_STAGE = Text(
    en="Next: {name} ({minutes} min), {title}.\n  {task}\n  {kit} check{where}",
    es="Sigue: {name} ({minutes} min), {title}.\n  {task}\n  {kit} check{where}",
)
EXTRA = Text(
    en="There is also {name}, extra, which may be skipped: {kit} check {number}{where}",
    es="También está {name}, adicional, que se puede saltar: {kit} check {number}{where}",
)
THE_END = Text(
    en="That was the last stage: you have a complete service.",
    es="Era la última etapa: tienes un servicio completo.",
)
OUR_FAULT = Text(
    en="The judge itself failed in {names}: this is our fault, not yours. What it said:",
    es="Falló el propio juez en {names}: es culpa nuestra, no tuya. Lo que dijo:",
)


@dataclass(frozen=True)
class Sum:
    """How many of those looked at are green."""

    green: int
    all: int


def sum_of(results: Iterable[Result], asks: str) -> Sum:
    """Of the checks that the brief, or the course, asks for; what does not apply counts nowhere."""
    counted = {Verdict.NOT_APPLICABLE, Verdict.NOT_OBSERVABLE, Verdict.CHECKER_ERROR}
    ours = [one for one in results if one.asks == asks and one.verdict not in counted]
    return Sum(sum(one.verdict is Verdict.PASS for one in ours), len(ours))


def show_summary(voice: Voice, judgement: Judgement, *, seconds: float) -> None:
    """What is red, what was not seen, both sums, and how it was measured."""
    results = judgement.results
    red = [one for one in results if one.verdict.is_red]
    skipped = [one for one in results if one.verdict is Verdict.SKIPPED]
    if red[1:]:
        _tell(voice, MORE_RED, red[1:])
    if skipped:
        voice.say(UNSEEN, count=len(skipped))
    for text, verdict in ((NOT_HERE, "not observable here"), (NOT_APPLICABLE, "not applicable")):
        these = [one for one in results if str(one.verdict) == verdict]
        if these:
            _tell(voice, text, these)
    voice.line(_sums(voice, judgement, seconds))
    _own_up(voice, results)


def show_next(
    voice: Voice, course: Course, stage: Stage, reached: Stage, *, where: str = ""
) -> None:
    """What was achieved, and the next stage with its task; `where` is a `--dir` or `--url`."""
    voice.line("")
    words = voice.phrase(GREEN, stage=stage.number, title=voice.phrase(stage.title))
    voice.line(voice.paint(words, "green"))
    if reached is stage:
        voice.say(THE_END)
        return
    _tell_stage(voice, reached, where)
    following = course.after(stage)
    if following is not None and following is not reached:
        told = {"name": following.name, "number": following.number}
        voice.say(EXTRA, **told, kit=kit_command(), where=where)


def _tell_stage(voice: Voice, stage: Stage, where: str) -> None:
    name = "README.es.md" if voice.language == "es" else "README.md"
    voice.say(
        NEXT_STAGE,
        name=stage.name,
        minutes=stage.minutes,
        title=voice.phrase(stage.title),
        task=Path(stage.folder.parent.name, stage.folder.name, name).as_posix(),
        kit=kit_command(),
        where=where,
    )


def _tell(voice: Voice, text: Text, results: Sequence[Result]) -> None:
    """One line, however many there are."""
    names = ", ".join(f"{one.stage}:{one.id}" for one in results)
    words = voice.phrase(text, count=len(results), names=names)
    voice.line(cut(words, width_of_terminal()))


def _sums(voice: Voice, judgement: Judgement, seconds: float) -> str:
    brief, kit = (sum_of(judgement.results, asks) for asks in ("brief", "kit"))
    words = [voice.phrase(BRIEF, **vars(brief))]
    if judgement.profile != "brief":
        words.append(voice.phrase(KIT, **vars(kit)))
    how = voice.phrase(HOW, factor=judgement.factor, seed=judgement.seed, seconds=seconds)
    return " · ".join([*words, how])


def _own_up(voice: Voice, results: Sequence[Result]) -> None:
    broken = [one for one in results if one.verdict is Verdict.CHECKER_ERROR]
    if broken:
        names = ", ".join(f"{one.stage}:{one.id}" for one in broken)
        voice.line(voice.paint(voice.phrase(OUR_FAULT, names=names), "magenta"))
        voice.line(broken[0].reason.rstrip())
