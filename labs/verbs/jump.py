"""`kit.py jump`: the solution of a stage in a new folder, to look at or to go on from."""

from collections.abc import Sequence
from pathlib import Path

from kit_commands.errors import KitError
from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice
from labs.runner.course import load_course
from labs.runner.guides.solution import build, stages
from labs.verbs.options import Options
from labs.verbs.places import places, shown

PROMISE = Text(
    en="Writes the solution of a stage into a new folder; yours stays as it is.",
    es="Escribe la solución de una etapa en una carpeta nueva; la tuya queda como está.",
)
STAGE = Text(en="a stage, such as 03", es="una etapa, como 03")
FOLDER = Text(
    en="the new folder (workspace-03)",
    es="la carpeta nueva (workspace-03)",
)
NO_GUIDES = Text(
    en="This copy of the kit has no guide of stage {stage}, so there is nothing to build from.",
    es="Esta copia del kit no trae la guía de la etapa {stage}: no hay de dónde construirla.",
)
NOT_EMPTY = Text(
    en="{folder} is not empty: give a folder that does not exist yet.",
    es="{folder} no está vacía: da una carpeta que todavía no exista.",
)
DONE = Text(
    en="Solution of stage {stage} in {folder}/.\n  {kit} check {stage} --dir {folder}",
    es="Solución de la etapa {stage} en {folder}/.\n  {kit} check {stage} --dir {folder}",
)


def main(arguments: Sequence[str], voice: Voice) -> int:
    """Build it from the guides; 0."""
    where, course = places(), load_course()
    options = Options("jump", PROMISE, voice)
    options.takes("stage", text=STAGE, metavar="STAGE")
    options.takes("folder", text=FOLDER, type=Path, nargs="?", metavar="FOLDER")
    chosen = options.read(arguments)
    stage = course.stage(chosen.stage)
    folder = chosen.folder or where.home / f"workspace-{stage.number}"
    if stage.name not in stages():
        raise KitError(NO_GUIDES, stage=stage.number)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise KitError(NOT_EMPTY, folder=shown(folder))
    build(stage.name, folder, cache=where.solutions)
    voice.say(DONE, stage=stage.number, folder=shown(folder), kit=kit_command())
    return 0
