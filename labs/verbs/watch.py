"""`kit.py watch`: check the present stage again within two seconds of every save."""

import argparse
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from time import sleep

from kit_commands.errors import KitError
from kit_commands.voice import Text, Voice
from labs.verbs.check import check, options_of_check
from labs.verbs.interrupts import interruptible
from labs.verbs.options import Options
from labs.verbs.places import Places, places, shown

TURN = 0.5
"""Seconds between two looks at the files."""
IGNORED = frozenset(
    [
        *(".git", ".hg", ".labs", ".venv", "venv", "env", "node_modules", "__pycache__", "var"),
        *(".mypy_cache", ".ruff_cache", ".pytest_cache", ".idea", ".vscode", "sent_emails"),
    ]
)
IGNORED_ENDS = (
    ".pyc",
    ".sqlite3",
    ".sqlite",
    ".db",
    "-wal",
    "-shm",
    "-journal",
    ".log",
    ".swp",
    "~",
)

PROMISE = Text(
    en="Checks the present stage again whenever you save; Ctrl-C ends it.",
    es="Revisa la etapa actual cada vez que guardas; termina con Ctrl-C.",
)
STAGE = Text(en="a stage, such as 03 (the present one)", es="una etapa, como 03 (la actual)")
TIME = Text(en="── {time} · {changed}", es="── {time} · {changed}")
FIRST = Text(en="first look", es="primera mirada")
WAITING = Text(
    en="Watching {folder}/: save a file and it is checked again. Ctrl-C ends.",
    es="Vigilo {folder}/: guarda un archivo y se revisa otra vez. Ctrl-C termina.",
)
GONE = Text(en="There is no folder {folder}.", es="No existe la carpeta {folder}.")

Snapshot = dict[str, tuple[float, int]]


def main(arguments: Sequence[str], voice: Voice) -> int:
    """Watch until Ctrl-C; 0 then."""
    where = places()
    options = Options("watch", PROMISE, voice)
    options.takes("stage", text=STAGE, nargs="?", metavar="STAGE")
    options.takes_folder(where.workspace)
    chosen = options.read(arguments)
    if not chosen.dir.is_dir():
        raise KitError(GONE, folder=shown(chosen.dir))
    try:
        with interruptible():
            _watch(chosen, where, voice)
    except KeyboardInterrupt:
        voice.line("")
    return 0


def _watch(chosen: argparse.Namespace, where: Places, voice: Voice) -> None:
    changed = voice.phrase(FIRST)
    while True:
        seen = snapshot(chosen.dir)
        _once(chosen, where, voice, changed)
        voice.line("")
        voice.say(WAITING, folder=shown(chosen.dir))
        changed = _next_change(chosen.dir, seen)


def _once(chosen: argparse.Namespace, where: Places, voice: Voice, changed: str) -> None:
    if voice.on_terminal:
        voice.write("\x1b[2J\x1b[H")
    voice.say(TIME, time=datetime.now().astimezone().strftime("%H:%M:%S"), changed=changed)
    words = ["--solo", "--dir", str(chosen.dir), *([chosen.stage] if chosen.stage else [])]
    try:
        check(options_of_check(voice, where).read(words), where, voice)
    except KitError as error:
        voice.say(error.text, **error.fields)


def _next_change(folder: Path, seen: Snapshot) -> str:
    """Wait for one and name it; what is still being written is let be for a moment."""
    while (now := snapshot(folder)) == seen:
        sleep(TURN)
    while (later := snapshot(folder)) != now:
        now = later
        sleep(TURN / 2)
    return next(iter(changes(seen, now)), "")


def changes(before: Snapshot, after: Snapshot) -> list[str]:
    """The files that are new, gone or different."""
    return sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )


def snapshot(folder: Path) -> Snapshot:
    """When each file that a person writes was written, and its size."""
    return {path.relative_to(folder).as_posix(): stamp for path, stamp in _files(folder)}


def _files(folder: Path) -> Iterator[tuple[Path, tuple[float, int]]]:
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in IGNORED]
        for name in names:
            path = Path(root, name)
            if not name.endswith(IGNORED_ENDS):
                try:
                    found = path.stat()
                except OSError:
                    continue
                yield path, (found.st_mtime, found.st_size)
