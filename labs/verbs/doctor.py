"""`kit.py doctor`: looks at this machine, or at a project and proposes its service.toml."""

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

from kit_commands.errors import KitError
from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice
from labs.runner.manifest import NAME
from labs.runner.report.screen import width_of_terminal
from labs.verbs.doctoring.findings import Found
from labs.verbs.doctoring.machine import examine_machine
from labs.verbs.doctoring.project import Project
from labs.verbs.doctoring.proposal import propose
from labs.verbs.doctoring.traps import traps_of
from labs.verbs.options import Options
from labs.verbs.places import shown
from labs.verbs.watch import GONE

PROMISE = Text(
    en="Looks whether your machine has what it takes; with --dir, looks at a project of yours, "
    "names its traps and proposes its service.toml.",
    es="Mira si tu máquina tiene lo necesario; con --dir, mira un proyecto tuyo, nombra sus "
    "trampas y propone su service.toml.",
)
FOLDER = Text(
    en="a project that exists already; nothing of it is run or changed",
    es="un proyecto que ya existe; nada suyo se ejecuta ni se cambia",
)
WRITE = Text(
    en="write the proposal, where there is no service.toml yet",
    es="escribe la propuesta, si todavía no hay service.toml",
)
TRAPS = Text(en="Traps in {folder}:", es="Trampas en {folder}:")
NO_TRAPS = Text(en="No trap was seen in {folder}.", es="No se vio ninguna trampa en {folder}.")
PROPOSAL = Text(en="Proposal for {path}:", es="Propuesta para {path}:")
WROTE = Text(
    en="Written: {path}. Now: {kit} check 00 --dir {folder}",
    es="Escrito: {path}. Ahora: {kit} check 00 --dir {folder}",
)
EXISTS = Text(
    en="{path} exists already and stays as it is.", es="{path} ya existe y queda como está."
)
TO_WRITE = Text(
    en="--write writes it: {kit} doctor --dir {folder} --write",
    es="--write la escribe: {kit} doctor --dir {folder} --write",
)
SIGNS = {"good": ("✓", "green"), "note": ("·", "yellow"), "trap": ("✗", "red")}


def main(arguments: Sequence[str], voice: Voice) -> int:
    """1 when a trap was seen, else 0."""
    options = Options("doctor", PROMISE, voice)
    options.takes("--dir", text=FOLDER, type=Path, metavar="PATH")
    options.takes("--write", text=WRITE, action="store_true")
    chosen = options.read(arguments)
    if chosen.dir is None:
        found = list(examine_machine())
        _show(found, voice)
        return int(any(one.state == "trap" for one in found))
    if not chosen.dir.is_dir():
        raise KitError(GONE, folder=shown(chosen.dir))
    return _examine(Project(chosen.dir.absolute()), voice, write=chosen.write)


def _examine(project: Project, voice: Voice, *, write: bool) -> int:
    traps = list(traps_of(project))
    voice.say(TRAPS if traps else NO_TRAPS, folder=shown(project.folder))
    _show(traps, voice)
    path, text = project.root / NAME, propose(project, voice.language)
    voice.line("")
    if path.exists():
        voice.say(EXISTS, path=shown(path))
    voice.say(PROPOSAL, path=shown(path))
    voice.line("")
    voice.write(text)
    voice.line("")
    folder = shown(project.root)
    if write and not path.exists():
        path.write_text(text, encoding="utf-8")
        voice.say(WROTE, path=shown(path), kit=kit_command(), folder=folder)
    elif not path.exists():
        voice.say(TO_WRITE, kit=kit_command(), folder=shown(project.folder))
    return int(any(one.state == "trap" for one in traps))


def _show(found: Iterable[Found], voice: Voice) -> None:
    width = width_of_terminal()
    for one in found:
        lines = textwrap.wrap(voice.phrase(one.text, **one.fields), width - 2)
        for number, line in enumerate(lines):
            voice.line(f"{voice.paint(*SIGNS[one.state]) if not number else ' '} {line}")
