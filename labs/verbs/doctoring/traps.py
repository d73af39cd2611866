"""What will hurt a project under the judge, or on another machine, seen in its files."""

import ast
import re
import sys
from collections.abc import Iterator
from typing import TypeGuard

from kit_commands.voice import Text
from labs.verbs.doctoring.findings import Found, State
from labs.verbs.doctoring.project import Project, Source

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
NO_EXTRA = Text(
    en="requirements: celery without [redis]: its Redis transport lacks what it needs. Write "
    "celery[redis] instead of celery and redis apart.",
    es="requirements: celery sin [redis]: a su transporte de Redis le falta lo que necesita. "
    "Escribe celery[redis] en lugar de celery y redis por separado.",
)
NOT_LISTED = Text(
    en="requirements: {file} imports {module}, and no requirement brings it: {package}.",
    es="requirements: {file} importa {module} y ningún paquete de la lista lo trae: {package}.",
)
NO_DRIVER = Text(
    en="requirements: the settings use PostgreSQL and there is no psycopg2-binary.",
    es="requirements: la configuración usa PostgreSQL y falta psycopg2-binary.",
)
COMPILES = Text(
    en="requirements: psycopg2 is compiled at installation; psycopg2-binary is not.",
    es="requirements: psycopg2 se compila al instalarse; psycopg2-binary, no.",
)
OLD_DJANGO = Text(
    en="requirements: Django {version} does not run on Python {python}.",
    es="requirements: Django {version} no funciona con Python {python}.",
)
CRLF = Text(
    en="{file} has Windows line ends: in a container it fails with “no such file”. "
    "Save it with LF.",
    es="{file} tiene fines de línea de Windows: en un contenedor falla con «no such file». "
    "Guárdalo con LF.",
)
NOT_ON_WINDOWS = Text(
    en="requirements: {package} does not install on Windows: add ; sys_platform != 'win32'",
    es="requirements: {package} no se instala en Windows: agrega ; sys_platform != 'win32'",
)
NOT_PYTHON = Text(
    en="{file} is not valid Python, line {line}.", es="{file} no es Python válido, línea {line}."
)
MODULES = {
    "rest_framework": "djangorestframework",
    "corsheaders": "django-cors-headers",
    "drf_spectacular": "drf-spectacular",
    "drf_yasg": "drf-yasg",
    "decouple": "python-decouple",
    "dotenv": "python-dotenv",
    "environ": "django-environ",
    "dj_database_url": "dj-database-url",
    "celery": "celery",
    "redis": "redis",
    "django_redis": "django-redis",
    "whitenoise": "whitenoise",
    "pythonjsonlogger": "python-json-logger",
    "structlog": "structlog",
    "django_celery_results": "django-celery-results",
    "django_celery_beat": "django-celery-beat",
}
"""Modules that a service of this brief imports, and the package that brings each."""
_OLDEST = {(3, 12): (4, 2), (3, 13): (4, 2), (3, 14): (5, 2)}
"""The oldest Django that starts on a Python."""


def traps_of(project: Project) -> Iterator[Found]:
    """Each trap once."""
    for look in (_broken, _migrations, _settings, _programs, _requirements, _line_ends):
        yield from look(project)


def _broken(project: Project) -> Iterator[Found]:
    for source in project.sources:
        if source.tree is None:
            try:
                ast.parse(source.text)
            except (SyntaxError, ValueError) as error:
                line = getattr(error, "lineno", 0) or 0
                fields = {"file": _name(project, source), "line": line}
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
        file, text = _name(project, source), _without_comments(source.text)
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
        file, text = _name(project, source), _without_comments(source.text)
        if found := re.search(r"\.run\([^)]*port\s*=\s*(\d+)", text):
            yield Found("fixed-port", "trap", FIXED_PORT, {"file": file, "port": found[1]})
        if re.search(r"\.run\([^)]*(reload|debug)\s*=\s*True", text):
            yield Found("reloader-orphan", "trap", RELOADER, {"file": file})


def _requirements(project: Project) -> Iterator[Found]:
    if project.requirements is None:
        return
    if project.uses("celery") and "redis" not in project.pins["celery"].partition("]")[0]:
        yield Found("celery-without-redis", "trap", NO_EXTRA)
    drivers = ("psycopg2-binary", "psycopg2", "psycopg", "psycopg-binary")
    if "postgresql" in project.settings_text and not any(map(project.uses, drivers)):
        yield Found("no-driver", "trap", NO_DRIVER)
    if project.uses("psycopg2"):
        yield Found("compiles", "note", COMPILES)
    if project.uses("uvloop") and "sys_platform" not in project.pins["uvloop"]:
        yield Found("not-on-windows", "note", NOT_ON_WINDOWS, {"package": "uvloop"})
    yield from _old_django(project)
    yield from _not_listed(project)


def _old_django(project: Project) -> Iterator[Found]:
    found = re.match(r"(?:==|~=)\s*(\d+)\.(\d+)", project.pins.get("django", ""))
    oldest = _OLDEST.get(sys.version_info[:2])
    if found and oldest and (int(found[1]), int(found[2])) < oldest:
        version, python = f"{found[1]}.{found[2]}", "{}.{}".format(*sys.version_info)
        yield Found("old-django", "trap", OLD_DJANGO, {"version": version, "python": python})


def _not_listed(project: Project) -> Iterator[Found]:
    told: set[str] = set()
    for source in project.sources:
        for module in _imports(source):
            package = MODULES.get(module, "")
            own = (project.root / module).exists() or (project.root / f"{module}.py").exists()
            brought = project.uses(package) or (module == "redis" and project.uses("celery"))
            if package and not own and not brought and module not in told:
                told.add(module)
                fields = {"file": _name(project, source), "module": module, "package": package}
                yield Found("not-listed", "trap", NOT_LISTED, fields)


def _imports(source: Source) -> Iterator[str]:
    """The modules that a file imports, or that Django imports for it in INSTALLED_APPS."""
    for node in ast.walk(source.tree) if source.tree else ():
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Assign) and _is_named(node, "INSTALLED_APPS"):
            yield from (str(one.value) for one in ast.walk(node.value) if _is_text(one))


def _is_named(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _line_ends(project: Project) -> Iterator[Found]:
    for path in project.files:
        if path.suffix == ".sh" and b"\r\n" in path.read_bytes():
            name = path.relative_to(project.folder).as_posix()
            yield Found("crlf-script", "trap", CRLF, {"file": name})


def _name(project: Project, source: Source) -> str:
    return source.path.relative_to(project.folder).as_posix()


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
