"""What will hurt a project under the judge, or on another machine, seen in its files."""

import ast
import re
from collections.abc import Iterator

from kit_commands.voice import Text
from labs.verbs.doctoring.findings import Found, State
from labs.verbs.doctoring.project import Project
from labs.verbs.doctoring.requirements import traps_of_requirements

NO_MIGRATIONS = Text(
    en="{app} has models and no migration: a new database gets no table. python manage.py "
    "makemigrations, and commit the file.",
    es="{app} tiene modelos y ninguna migración: una base de datos nueva queda sin tabla. python "
    "manage.py makemigrations, y guarda el archivo en git.",
)
FIXED_DATABASE = Text(
    en="{file}: the database's HOST is “{host}” in the code; read it from the environment, such "
    'as os.environ.get("DB_HOST", "{host}").',
    es="{file}: el HOST de la base de datos es «{host}» en el código; léelo del entorno, por "
    'ejemplo os.environ.get("DB_HOST", "{host}").',
)
FIXED_SMTP = Text(
    en="{file}: {name} = {value} in the code; the judge's inbox gets no mail until the "
    "environment decides it.",
    es="{file}: {name} = {value} en el código; al buzón del juez no llega nada hasta que lo "
    "decida el entorno.",
)
DEBUG_ON = Text(
    en="{file}: DEBUG = True in the code shows your code to whoever causes an error.",
    es="{file}: DEBUG = True en el código enseña tu código a cualquiera que provoque un error.",
)
HOSTS = Text(
    en="{file}: ALLOWED_HOSTS lacks 127.0.0.1, so the judge, who calls that address, gets 400.",
    es="{file}: a ALLOWED_HOSTS le falta 127.0.0.1; el juez llama a esa dirección y recibe 400.",
)
FIXED_PORT = Text(
    en="{file}: the port {port} is written in the code; take it from PORT.",
    es="{file}: el puerto {port} está escrito en el código; tómalo de PORT.",
)
RELOADER = Text(
    en="{file}: it starts with an autoreloader, whose child survives when the parent is killed.",
    es="{file}: arranca con recargador automático; su hijo sobrevive si matan al padre.",
)
CRLF = Text(
    en="{file} has Windows line ends: in a container it fails with “no such file”. "
    "Save it with LF.",
    es="{file} tiene fines de línea de Windows: en un contenedor falla con «no such file». "
    "Guárdalo con LF.",
)
NOT_PYTHON = Text(
    en="{file} is not valid Python, line {line}.", es="{file} no es Python válido, línea {line}."
)


def traps_of(project: Project) -> Iterator[Found]:
    """Each trap once."""
    for look in (_broken, _migrations, _settings, _programs, traps_of_requirements, _line_ends):
        yield from look(project)


def _broken(project: Project) -> Iterator[Found]:
    for source in project.sources:
        if source.tree is None:
            try:
                ast.parse(source.text)
            except (SyntaxError, ValueError) as error:
                line = getattr(error, "lineno", 0) or 0
                fields = {"file": project.name_of(source), "line": line}
                yield Found("not-python", "trap", NOT_PYTHON, fields)


def _migrations(project: Project) -> Iterator[Found]:
    for source in project.sources:
        is_models = source.path.stem == "models" or source.path.parent.name == "models"
        if not (is_models and re.search(r"class \w+\(.*models\.Model", source.text)):
            continue
        models = source.path.stem == "models"
        app = source.path.parent if models else source.path.parent.parent
        if not any((app / "migrations").glob("[0-9]*.py")):
            yield Found("missing-migration", "trap", NO_MIGRATIONS, {"app": app.name})


def _settings(project: Project) -> Iterator[Found]:
    for source in project.settings:
        file, text = project.name_of(source), _without_comments(source.text)
        if found := re.search(r"['\"]HOST['\"]:\s*['\"]([^'\"]+)['\"]", text):
            yield Found("fixed-db-host", "trap", FIXED_DATABASE, {"file": file, "host": found[1]})
        fixed = r"^(EMAIL_HOST|EMAIL_PORT|EMAIL_USE_TLS|EMAIL_BACKEND)\s*=\s*(['\"\dT][^#\n]*)$"
        for name, value in re.findall(fixed, text, re.MULTILINE):
            fields = {"file": file, "name": name, "value": value.strip()}
            state: State = "note" if name == "EMAIL_BACKEND" else "trap"
            yield Found("fixed-smtp", state, FIXED_SMTP, fields)
        if re.search(r"^DEBUG\s*=\s*True", text, re.MULTILINE):
            yield Found("debug-on", "note", DEBUG_ON, {"file": file})
        elif _refuses_loopback(text):
            yield Found("allowed-hosts", "trap", HOSTS, {"file": file})


def _refuses_loopback(text: str) -> bool:
    """Whether ALLOWED_HOSTS is a list in the code that has neither 127.0.0.1 nor `*`."""
    found = re.search(r"^ALLOWED_HOSTS\s*=\s*\[([^\]]*)\]", text, re.MULTILINE)
    return found is not None and "127.0.0.1" not in found[1] and "*" not in found[1]


def _programs(project: Project) -> Iterator[Found]:
    for source in project.sources:
        file, text = project.name_of(source), _without_comments(source.text)
        if found := re.search(r"\.run\([^)]*port\s*=\s*(\d+)", text):
            yield Found("fixed-port", "trap", FIXED_PORT, {"file": file, "port": found[1]})
        if re.search(r"\.run\([^)]*(reload|debug)\s*=\s*True", text):
            yield Found("reloader-orphan", "trap", RELOADER, {"file": file})


def _line_ends(project: Project) -> Iterator[Found]:
    for path in project.files:
        if path.suffix == ".sh" and b"\r\n" in path.read_bytes():
            name = path.relative_to(project.folder).as_posix()
            yield Found("crlf-script", "trap", CRLF, {"file": name})


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
