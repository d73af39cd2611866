"""What an existing repository holds, read from its files without running any of it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from labs.verbs.watch import IGNORED

_READERS = {"getenv", "config", "env", "get", "str", "int", "bool", "list", "db", "db_url", "url"}
_SKIPPED = IGNORED | {"site-packages", "migrations", "tests", "dist", "build"}
_NAME = re.compile(r"[A-Z][A-Z0-9_]{2,}")
LARGEST = 400_000


@dataclass(frozen=True)
class Source:
    """One Python file: its text, and its tree if it can be parsed."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module | None:
        """Its syntax tree; None for one that Python does not understand."""
        try:
            return ast.parse(self.text)
        except (SyntaxError, ValueError):
            return None


class Project:
    """A student's repository; everything is asked lazily, relative to `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def files(self) -> list[Path]:
        """Every file that a person wrote, the shallow ones first."""
        found = [path for path in _walk(self.folder) if path.stat().st_size < LARGEST]
        return sorted(found, key=lambda path: (len(path.parts), path.as_posix()))

    @cached_property
    def sources(self) -> list[Source]:
        """The Python files, tests and migrations left out."""
        python = [path for path in self.files if path.suffix == ".py"]
        return [Source(path, path.read_text("utf-8", errors="replace")) for path in python]

    @cached_property
    def manage(self) -> Path | None:
        """Django's manage.py, the one nearest to the top."""
        return next((path for path in self.files if path.name == "manage.py"), None)

    @cached_property
    def root(self) -> Path:
        """Where the service is started: beside manage.py, else the folder itself."""
        return self.manage.parent if self.manage else self.folder

    @cached_property
    def settings(self) -> list[Source]:
        """Django's settings, one file or several."""
        named = re.compile(r"DJANGO_SETTINGS_MODULE['\"], *['\"]([\w.]+)")
        found = (
            named.search(self.manage.read_text("utf-8", errors="replace")) if self.manage else None
        )
        module = found[1].replace(".", "/") if found else "settings"
        base = [
            source
            for source in self.sources
            if source.path.as_posix().endswith((f"{module}.py", f"{module}/__init__.py"))
        ]
        if not base:
            return [source for source in self.sources if "settings" in source.path.stem]
        beside = [one for one in self.sources if one.path.parent == base[0].path.parent]
        return base + [one for one in beside if one not in base and "INSTALLED_APPS" in one.text]

    @cached_property
    def settings_text(self) -> str:
        """All settings as one text, comments removed."""
        lines = "\n".join(source.text for source in self.settings).splitlines()
        return "\n".join(line for line in lines if not line.lstrip().startswith("#"))

    @cached_property
    def requirements(self) -> Path | None:
        """The requirements file nearest to manage.py."""
        wanted = [path for path in self.files if re.fullmatch(r"requirements.*\.txt", path.name)]
        plain = [path for path in wanted if path.name == "requirements.txt"]
        return next(iter([*plain, *wanted]), None)

    @cached_property
    def pins(self) -> dict[str, str]:
        """Each requirement in lower case with what follows its name, extras included."""
        text = self.requirements.read_text("utf-8", errors="replace") if self.requirements else ""
        lines = [line.partition("#")[0].strip() for line in text.replace("\x00", "").splitlines()]
        found = [re.match(r"([\w.-]+)(.*)", line) for line in lines if line and line[0] != "-"]
        return {one[1].lower().replace("_", "-"): one[2].strip() for one in found if one}

    @cached_property
    def environment_names(self) -> list[str]:
        """Variables that the code reads: os.environ, getenv, decouple's config, environ's env."""
        names = {name for source in self.sources if source.tree for name in _read_in(source.tree)}
        return sorted(names)

    @cached_property
    def celery_app(self) -> str:
        """The package that holds a Celery application, as `-A` wants it; empty without one."""
        for source in self.sources:
            if re.search(r"=\s*Celery\(", source.text):
                place = (
                    source.path.parent
                    if source.path.stem == "celery"
                    else source.path.with_suffix("")
                )
                return (
                    ".".join(place.relative_to(self.root).parts)
                    if place.is_relative_to(self.root)
                    else ""
                )
        return ""

    @cached_property
    def application(self) -> str:
        """`module:name` of a FastAPI, Starlette or Flask application; empty if there is none."""
        for source in self.sources:
            if re.search(
                r"^(app|application)\s*=\s*(FastAPI|Flask|Starlette)\(", source.text, re.M
            ):
                name = re.search(r"^(\w+)\s*=\s*(?:FastAPI|Flask|Starlette)\(", source.text, re.M)
                module = ".".join(source.path.with_suffix("").relative_to(self.root).parts)
                return f"{module}:{name[1]}" if name else ""
        return ""

    def name_of(self, source: Source) -> str:
        """A source's path from the project's folder."""
        return source.path.relative_to(self.folder).as_posix()

    def uses(self, package: str) -> bool:
        """Whether the requirements name it."""
        return package in self.pins


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_symlink() or path.name in _SKIPPED:
            continue
        if path.is_dir():
            if not (path / "pyvenv.cfg").exists():
                yield from _walk(path)
        elif path.is_file():
            yield path


def _read_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and _ends_in(node.value, "environ"):
            yield from _constant(node.slice)
        elif isinstance(node, ast.Call) and node.args and _is_reader(node.func):
            yield from _constant(node.args[0])


def _is_reader(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id in {"getenv", "config", "env"}
    if not isinstance(function, ast.Attribute) or function.attr not in _READERS:
        return False
    return any(_ends_in(function.value, name) for name in ("environ", "os", "env", "config"))


def _ends_in(node: ast.expr, name: str) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == name) or (
        isinstance(node, ast.Name) and node.id == name
    )


def _constant(node: ast.expr) -> Iterator[str]:
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _NAME.fullmatch(node.value)
    ):
        yield node.value
