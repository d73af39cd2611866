"""`kit.py check`: start the student's service, check the present stage and the earlier ones."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from kit_commands.errors import KitError
from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice, voice_for
from labs.runner.course import Course, load_course
from labs.runner.installing import InstallFailed, python_for
from labs.runner.manifest import ManifestWrong, read_manifest
from labs.runner.plan import plan
from labs.runner.report.files import as_json, write_junit
from labs.runner.report.screen import Screen
from labs.runner.report.summary import SEEN_GREEN, STILL_RED, show_next, show_summary
from labs.runner.run import Judgement, Quiet, Wanted, judge
from labs.runner.stand.remote import elsewhere
from labs.verbs.interrupts import interruptible
from labs.verbs.keep import Keeper
from labs.verbs.options import Options
from labs.verbs.places import Places, places, shown
from labs.verbs.progress import read_progress
from labs.verbs.reachable import require_answer

PROMISE = Text(
    en="Starts your service and checks the present stage and the earlier ones.",
    es="Arranca tu servicio y revisa la etapa actual y las anteriores.",
)
HELP = {
    "stage": Text(en="a stage, such as 03 (the present one)", es="una etapa, como 03 (la actual)"),
    "--solo": Text(en="that stage only", es="solo esa etapa"),
    "--all": Text(en="show every red check in full", es="muestra completa cada revisión en rojo"),
    "--url": Text(
        en="a service that runs already: only what can be observed from outside is checked",
        es="un servicio que ya está en marcha: se revisa solo lo que se ve desde fuera",
    ),
    "--smtp-seen": Text(
        en="with --url: address of the inbox that this service sends to",
        es="con --url: dirección del buzón al que envía ese servicio",
    ),
    "--key": Text(
        en="with --url: a service key, for a service that wants one",
        es="con --url: una clave de servicio, si el servicio la pide",
    ),
    "--profile": Text(
        en="brief: only what the brief asks for", es="brief: solo lo que pide el enunciado"
    ),
    "--json": Text(en="the result for a program", es="el resultado para un programa"),
    "--junit": Text(en="write JUnit XML there too", es="escribe además ahí JUnit XML"),
    "--seed": Text(
        en="repeat a run with its random data", es="repite una ejecución con sus datos al azar"
    ),
}
TITLE = Text(
    en="Stage {stage} · {title} · {where}",
    es="Etapa {stage} · {title} · {where}",
)
INSTALLING = Text(
    en="Making your project's environment (install); this takes a while, and only once …",
    es="Creo el entorno de tu proyecto (install); tarda un poco, y solo esta vez …",
)
NEEDS_URL = Text(
    en="--smtp-seen goes with --url: the judge has an inbox of its own otherwise.",
    es="--smtp-seen va con --url: si no, el juez tiene su propio buzón.",
)


def main(arguments: Sequence[str], voice: Voice) -> int:
    """0 when all is green, 1 when something is red, 2 when it is our fault."""
    where = places()
    chosen = options_of_check(voice, where).read(arguments)
    if chosen.smtp_seen and not chosen.url:
        raise KitError(NEEDS_URL)
    try:
        with interruptible():
            return check(chosen, where, voice)
    except (ManifestWrong, InstallFailed) as error:
        complaints = voice_for(voice.language, sys.stderr, os.environ)
        complaints.say(error.text, **error.fields)
        return 1


def check(chosen: argparse.Namespace, where: Places, voice: Voice) -> int:
    """One run, told as it goes, remembered, and told to programs where that was asked."""
    course = load_course()
    wanted = _wanted(chosen, course, where, voice)
    planned = plan(course, wanted.stage, solo=wanted.solo, brief=wanted.profile == "brief")
    keeper = Keeper(course, wanted, where, voice)
    quiet = chosen.json
    if not quiet:
        _say_title(wanted, voice)
    loud = [wanted.stage.number] if wanted.solo else [one.stage for one in planned]
    folder = "" if wanted.url else str(wanted.manifest.folder)
    screen = Screen(voice, course, planned, loud=loud, folder=folder, every=chosen.all)
    begun = monotonic()
    judgement = judge(course, wanted, keeper.listening_to(Quiet() if quiet else screen))
    reached = keeper.remember(judgement)
    if chosen.junit:
        write_junit(judgement, course, chosen.junit, voice)
    if quiet:
        voice.line(json.dumps(as_json(judgement), ensure_ascii=False))
        return judgement.exit_code
    show_summary(voice, judgement, seconds=monotonic() - begun)
    _say_what_next(voice, course, judgement, reached=reached, where=_elsewhere(chosen, where))
    return judgement.exit_code


def _elsewhere(chosen: argparse.Namespace, where: Places) -> str:
    """What the next command needs too, for a project that is not in the usual folder."""
    if chosen.url:
        return f" --url {chosen.url}"
    return "" if chosen.dir == where.workspace else f" --dir {shown(chosen.dir)}"


def _say_what_next(
    voice: Voice, course: Course, judgement: Judgement, *, reached: str, where: str
) -> None:
    number = judgement.stage.number
    if judgement.verdict == "green" and "--url" in where:
        voice.say(SEEN_GREEN, kit=kit_command())
    elif judgement.verdict == "green":
        show_next(voice, course, judgement.stage, course.stage(reached), where=where)
    elif not any(one.verdict.is_red for one in judgement.results if one.stage == number):
        ours = [one for one in judgement.results if one.stage == number]
        if ours and all(str(one.verdict) == "pass" for one in ours):
            voice.say(STILL_RED, stage=number)


def _wanted(chosen: argparse.Namespace, course: Course, where: Places, voice: Voice) -> Wanted:
    """What is asked for, with the environment that the project wants made."""
    if chosen.url:
        require_answer(chosen.url)
        manifest, python = elsewhere(chosen.key or ""), ""
    else:
        manifest = read_manifest(chosen.dir.absolute(), kit=kit_command())
        announcing = voice_for(voice.language, sys.stderr, os.environ)
        python = python_for(manifest, where.environments, begins=lambda: announcing.say(INSTALLING))
    progress = read_progress(where.progress(chosen.dir), course)
    return Wanted(
        manifest=manifest,
        stage=course.stage(chosen.stage or progress.current),
        solo=chosen.solo,
        profile=chosen.profile,
        seed=chosen.seed,
        python=python,
        url=chosen.url or "",
        smtp_seen=chosen.smtp_seen or "",
    )


def _say_title(wanted: Wanted, voice: Voice) -> None:
    stage = wanted.stage
    where = wanted.url or shown(wanted.manifest.folder)
    words = voice.phrase(TITLE, stage=stage.number, title=voice.phrase(stage.title), where=where)
    voice.line(voice.paint(words, "cyan"))


def options_of_check(voice: Voice, where: Places) -> Options:
    """The parser of `check`."""
    options = Options("check", PROMISE, voice)
    options.takes("stage", text=HELP["stage"], nargs="?", metavar="STAGE")
    options.takes("--solo", text=HELP["--solo"], action="store_true")
    options.takes("--all", text=HELP["--all"], action="store_true")
    options.takes_folder(where.workspace)
    options.takes("--url", text=HELP["--url"])
    options.takes("--smtp-seen", text=HELP["--smtp-seen"], metavar="URL")
    options.takes("--key", text=HELP["--key"])
    options.takes("--profile", text=HELP["--profile"], choices=["kit", "brief"], default="kit")
    options.takes("--json", text=HELP["--json"], action="store_true")
    options.takes("--junit", text=HELP["--junit"], type=Path, metavar="FILE")
    options.takes("--seed", text=HELP["--seed"], type=int, metavar="N")
    return options
