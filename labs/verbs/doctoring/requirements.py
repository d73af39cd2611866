"""What will hurt a project when its requirements are installed elsewhere."""

import ast
import re
import sys
from collections.abc import Iterator
from typing import TypeGuard

from kit_commands.voice import Text
from labs.verbs.doctoring.findings import Found
from labs.verbs.doctoring.project import Project, Source

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
NOT_ON_WINDOWS = Text(
    en="requirements: {package} does not install on Windows: add ; sys_platform != 'win32'",
    es="requirements: {package} no se instala en Windows: agrega ; sys_platform != 'win32'",
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


def traps_of_requirements(project: Project) -> Iterator[Found]:
    """Packages that are missing, do not fit together, or do not install everywhere."""
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
                fields = {"file": project.name_of(source), "module": module, "package": package}
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
