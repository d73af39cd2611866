"""`kit.py guide`: the guide of a stage, to read or to have applied."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from kit_commands.errors import KitError
from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice
from labs.runner.course import Course, Stage, load_course
from labs.runner.guides.errors import GuideWrong
from labs.runner.guides.parse import read_guide
from labs.runner.guides.student import apply
from labs.verbs.options import Options
from labs.verbs.pages import show_markdown
from labs.verbs.places import Places, places, shown
from labs.verbs.progress import read_progress

PROMISE = Text(
    en="The guide of a stage. With --apply it writes the files for you.",
    es="La guía de una etapa. Con --apply escribe los archivos por ti.",
)
STAGE = Text(en="a stage, such as 00 (the present one)", es="una etapa, como 00 (la actual)")
APPLY = Text(
    en="do all its steps in your folder, or none; what changes is copied first",
    es="haz todos sus pasos en tu carpeta, o ninguno; lo que cambia se copia antes",
)
NO_GUIDE = Text(
    en="This copy of the kit has no guides.", es="Esta copia del kit no trae las guías."
)
APPLIED = Text(
    en="Applied in {folder}/: {files}.",
    es="Aplicada en {folder}/: {files}.",
)
ALREADY = Text(
    en="Everything in {folder}/ was like that already.",
    es="En {folder}/ ya estaba todo así.",
)
COPY = Text(
    en="Your former files are in {backup}/.", es="Tus archivos de antes están en {backup}/."
)
CHECK = Text(en="Now: {kit} check {stage}{where}", es="Ahora: {kit} check {stage}{where}")
NOTHING_DONE = Text(
    en="Your code differs from what this guide expects, and nothing was changed. Write that step "
    "by hand, or take the whole files from the end of the guide: {kit} guide {stage}",
    es="Tu código es distinto del que espera esta guía, y no se cambió nada. Escribe ese paso a "
    "mano, o toma los archivos completos del final de la guía: {kit} guide {stage}",
)


def main(arguments: Sequence[str], voice: Voice) -> int:
    """0; 1 when it cannot be applied to this folder."""
    where, course = places(), load_course()
    options = Options("guide", PROMISE, voice)
    options.takes("stage", text=STAGE, nargs="?", metavar="STAGE")
    options.takes("--apply", text=APPLY, action="store_true")
    options.takes_folder(where.workspace)
    chosen = options.read(arguments)
    stage = _stage(course, chosen.stage, where, chosen.dir)
    path = stage.folder / ("guide.es.md" if voice.language == "es" else "guide.md")
    if not path.is_file():
        raise KitError(NO_GUIDE)
    if not chosen.apply:
        show_markdown(voice, path.read_text(encoding="utf-8").replace("<!-- fmt: off -->\n", ""))
        return 0
    return _apply(path, stage, chosen.dir, where, voice)


def _stage(course: Course, asked: str | None, where: Places, folder: Path) -> Stage:
    return course.stage(asked or read_progress(where.progress(folder), course).current)


def _apply(path: Path, stage: Stage, folder: Path, where: Places, voice: Voice) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        done = apply(read_guide(path), folder, backup=new_backup(where, f"guide-{stage.number}"))
    except GuideWrong as error:
        voice.say(error.text, **{**error.fields, "guide": shown(path)})
        voice.say(NOTHING_DONE, kit=kit_command(), stage=stage.number)
        return 1
    if done.changed:
        voice.say(APPLIED, folder=shown(folder), files=", ".join(done.changed))
    else:
        voice.say(ALREADY, folder=shown(folder))
    if done.backup is not None:
        voice.say(COPY, backup=shown(done.backup))
    elsewhere = "" if folder == where.workspace else f" --dir {shown(folder)}"
    voice.say(CHECK, kit=kit_command(), stage=stage.number, where=elsewhere)
    return 0


def new_backup(where: Places, what: str) -> Path:
    """The path of a backup that does not exist yet."""
    now = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
    path, number = where.backups / f"{now}-{what}", 1
    while path.exists():
        number += 1
        path = where.backups / f"{now}-{what}-{number}"
    return path
