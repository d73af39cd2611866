"""What is proved without running anything: no dead hint, no unreached check, no empty place."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from labs.runner.author.gates import Finding
from labs.runner.course import LABS, Course
from labs.runner.guides.mistakes import Mistake

_JUDGE = ("attempts.py", "diagnosis.py", "volley.py")
_RAISERS = {"Red", "Crashed"}
_PLACE = re.compile(r"\{(\w+)\}")


def dead_hints(course: Course, mistakes: Iterable[Mistake]) -> Iterator[Finding]:
    """Every mistake is named by some check, and no check names one that does not exist."""
    named = set(_words_of_checks(course))
    known = {mistake.id for mistake in mistakes}
    for mistake in sorted(known):
        yield Finding(gate="dead hints", what=mistake, holds=mistake in named,
                      seen="" if mistake in named else "no check names it")  # fmt: skip
    raised = {word for path in _sources(course) for word in _hints_raised(path)}
    for word in sorted(raised - known):
        yield Finding(gate="dead hints", what=word, holds=False, seen="no mistake of that id")


def unreached(course: Course, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Every check was turned red by some mistake or starter, or is declared as a safety net."""
    reached = {one.shown.check for one in findings if one.shown and one.shown.check}
    for key, check in course.checks.items():
        holds = key in reached or check.net
        yield Finding(gate="covered", what=key, holds=holds, seen="" if holds else "never red")


def params(mistakes: Iterable[Mistake], findings: Iterable[Finding]) -> Iterator[Finding]:
    """Every place in a hint was filled when it was shown."""
    by_id = {mistake.id: mistake for mistake in mistakes}
    for one in findings:
        mistake = by_id.get(one.what)
        if mistake is None or one.shown is None or one.shown.hint != mistake.id:
            continue
        places = set(_PLACE.findall(mistake.hint.es + mistake.hint.en))
        empty = sorted(place for place in places if place not in one.shown.params)
        yield Finding(gate="params", what=mistake.id, holds=not empty, seen=", ".join(empty))


def _sources(course: Course) -> list[Path]:
    return [*(LABS / "runner" / name for name in _JUDGE), *(s.checks_file for s in course.stages)]


def _words_of_checks(course: Course) -> Iterator[str]:
    for path in _sources(course):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def _hints_raised(path: Path) -> Iterator[str]:
    """The ids that a source hands to an outcome as its first argument."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _RAISERS and node.args:
            yield from _ids_in(node.args[0])


def _ids_in(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may come to be, not those it compares."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp():
            yield from _ids_in(node.body)
            yield from _ids_in(node.orelse)
