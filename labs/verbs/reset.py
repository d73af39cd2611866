"""`kit.py reset`: the student's folder as a stage finds it, with what was there kept aside."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kit_commands.errors import KitError
from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice
from labs.runner.course import Stage, load_course
from labs.runner.guides.solution import build, stages
from labs.runner.manifest import NAME
from labs.verbs.guide import new_backup
from labs.verbs.jump import NO_GUIDES
from labs.verbs.options import Options
from labs.verbs.places import Places, places, shown
from labs.verbs.progress import read_progress, write_progress
from labs.verbs.start import template

STAYS = frozenset([".git", ".venv", "venv", "env", "node_modules", ".idea", ".vscode"])
"""What is of the folder and of no stage."""

PROMISE = Text(
    en="Brings your folder back to where a stage begins; all that was in it is kept aside first.",
    es="Devuelve tu carpeta a donde empieza una etapa; antes guarda aparte todo lo que había.",
)
STAGE = Text(en="a stage, such as 03 (the present one)", es="una etapa, como 03 (la actual)")
DONE = Text(
    en="{folder}/ is as stage {stage} finds it.",
    es="{folder}/ está como la encuentra la etapa {stage}.",
)
KEPT = Text(en="What was there is in {backup}/.", es="Lo que había está en {backup}/.")
NEXT = Text(en="Now: {kit} check", es="Ahora: {kit} check")
CANNOT_MOVE = Text(
    en="{path} cannot be moved ({reason}): close what uses it, then repeat. Nothing was lost: "
    "what was moved already is in {backup}/.",
    es="No se puede mover {path} ({reason}): cierra lo que lo usa y repite. No se perdió nada: "
    "lo que ya se movió está en {backup}/.",
)


def main(arguments: Sequence[str], voice: Voice) -> int:
    """Build the new state first, then move the old one away, then bring the new one; 0."""
    where, course = places(), load_course()
    options = Options("reset", PROMISE, voice)
    options.takes("stage", text=STAGE, nargs="?", metavar="STAGE")
    options.takes_folder(where.workspace)
    chosen = options.read(arguments)
    progress_file = where.progress(chosen.dir)
    progress = read_progress(progress_file, course)
    stage = course.stage(chosen.stage or progress.current)
    at = course.stages.index(stage)
    before = course.stages[at - 1] if at else None
    backup = new_backup(where, f"reset-{stage.number}")
    with tempfile.TemporaryDirectory(prefix="reset-") as name:
        made = Path(name) / "new"
        _build(before, made, where, voice.language)
        _move_away(chosen.dir, backup)
        shutil.copytree(made, chosen.dir, dirs_exist_ok=True)
    progress.current = stage.name
    write_progress(progress_file, progress)
    voice.say(DONE, folder=shown(chosen.dir), stage=stage.number)
    if backup.exists():
        voice.say(KEPT, backup=shown(backup))
    voice.say(NEXT, kit=kit_command())
    return 0


def _build(before: Stage | None, made: Path, where: Places, language: str) -> None:
    """The state that a stage starts from: the solution before it, or an empty beginning."""
    if before is None:
        made.mkdir()
        (made / NAME).write_text(template("django", language), encoding="utf-8")
    elif before.name in stages():
        build(before.name, made, cache=where.solutions)
    else:
        raise KitError(NO_GUIDES, stage=before.number)


def _move_away(folder: Path, backup: Path) -> None:
    for entry in sorted(folder.iterdir()) if folder.is_dir() else []:
        if entry.name in STAYS:
            continue
        backup.mkdir(parents=True, exist_ok=True)
        try:
            shutil.move(entry, backup / entry.name)
        except OSError as error:
            raise KitError(
                CANNOT_MOVE, path=shown(entry), reason=error.strerror, backup=shown(backup)
            ) from None
