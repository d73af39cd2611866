"""`kit.py start`: a folder for the student with its service.toml, filled in and commented."""

from collections.abc import Sequence
from pathlib import Path

from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice
from labs.runner.course import load_course
from labs.runner.manifest import NAME
from labs.verbs.options import Options
from labs.verbs.places import places, shown

TEMPLATES = Path(__file__).resolve().parent / "templates"
STACKS = ("django", "empty")

PROMISE = Text(
    en="Prepares a folder for you with its service.toml, which says how your service starts.",
    es="Prepara tu carpeta con su service.toml, que dice cómo arranca tu servicio.",
)
STACK = Text(
    en="django, or empty for any other framework or language (django)",
    es="django, o empty para otro framework o lenguaje (django)",
)
WHERE = Text(en="the folder (workspace)", es="la carpeta (workspace)")
WROTE = Text(en="Written: {path}", es="Escrito: {path}")
KEPT = Text(
    en="{path} exists already and stays as it is.",
    es="{path} ya existe y queda como está.",
)
NEXT = Text(
    en="""
Your service goes into {folder}/. What it has to do first is told in
  {task}

Ask the judge whenever you like. The first time it is red: there is nothing yet.
  {kit} check{elsewhere}""",
    es="""
Tu servicio va en {folder}/. Lo primero que tiene que hacer lo cuenta
  {task}

Pregúntale al juez cuando quieras. La primera vez sale rojo: todavía no hay nada.
  {kit} check{elsewhere}""",
)


def main(arguments: Sequence[str], voice: Voice) -> int:
    """Write what is not there yet; 0."""
    where = places()
    options = Options("start", PROMISE, voice)
    options.takes("--stack", text=STACK, choices=STACKS, default="django")
    options.takes("--dir", text=WHERE, type=Path, default=where.workspace, metavar="PATH")
    chosen = options.read(arguments)
    _write(chosen.dir / NAME, template(chosen.stack, voice.language), voice)
    voice.say(
        NEXT,
        folder=shown(chosen.dir),
        task=first_task(voice.language),
        kit=kit_command(),
        elsewhere="" if chosen.dir == where.workspace else f" --dir {shown(chosen.dir)}",
    )
    return 0


def template(stack: str, language: str) -> str:
    """The service.toml of a stack, commented in a language."""
    return (TEMPLATES / f"{stack}.{language}.toml").read_text(encoding="utf-8")


def first_task(language: str) -> str:
    """Where the first stage's task is, from the kit's folder."""
    name = "README.es.md" if language == "es" else "README.md"
    folder = load_course().stages[0].folder
    return f"{folder.parent.name}/{folder.name}/{name}"


def _write(path: Path, text: str, voice: Voice) -> None:
    if path.exists():
        voice.say(KEPT, path=shown(path))
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    voice.say(WROTE, path=shown(path))
