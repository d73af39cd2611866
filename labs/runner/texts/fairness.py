"""Which literals a `checks.py` compares, and which of them no task tells."""

import ast
import re
from pathlib import Path

from labs.runner.texts.contract import LABS, Plain, literals

_PATH = re.compile(r"/[a-z{][\w{}./-]*")
_HEADER = re.compile(r"[A-Z][A-Za-z]*(-[A-Z][A-Za-z]*)+")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+|PORT")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]+")
_HOLE = re.compile(r"\{\w*\}")

CODES = range(100, 600)

OURS = {"web", "log", "inbox", "connection", "timeout", "count", "locked", "seen", "started"}
"""The judge's own words: its processes, its outcomes, where it saw a mail, which hint fits."""

DESCRIBE = {"id", "asks", "brief", "needs", "depends", "hint", "params", "evidence", "seen"}
"""Keywords and variables that say what a check is or saw: nothing is compared there."""


def scan(source: str) -> set[Plain]:
    """The literals in a check's source.

    Anywhere: paths, headers with a hyphen, variables, whole numbers from 100 to 599. Words (names
    of fields, one-word headers, values) only where something is looked up or compared with them:
    as a subscript, a key of a dictionary, the argument of `.get()` or an operand of a comparison.
    Docstrings, decorators, annotations, slices, what is named in DESCRIBE or unpacked into a call
    (`**{"seen": …}`), and functions whose names begin with `_seen` or `_told` do not count.
    """
    scanner = _Scanner()
    scanner.visit(ast.parse(source))
    return scanner.found


def unlisted(source: str, stage: str, labs: Path = LABS) -> set[Plain]:
    """The literals of the source that stand in no table up to that stage."""
    told = {_spelling(literal) for literal in literals(stage, labs)}
    return {literal for literal in scan(source) - OURS if _spelling(literal) not in told}


def _spelling(literal: Plain) -> Plain:
    """A path without its last slash and last hole, holes unnamed: `/api/x/{id}/` is `/api/x`."""
    if not isinstance(literal, str) or not _PATH.fullmatch(literal):
        return literal
    return _HOLE.sub("{}", literal).rstrip("/").removesuffix("{}").rstrip("/")


class _Scanner(ast.NodeVisitor):
    """Walks a module and keeps what `scan` promises."""

    def __init__(self) -> None:
        self.found: set[Plain] = set()

    def visit_Constant(self, node: ast.Constant) -> None:
        self._keep(node.value, compared=False)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
        self._keep("".join(map(str, parts)), compared=False)
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._compare(node.slice)
        self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        self._compare(*filter(None, node.keys))
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        self._compare(node.left, *node.comparators)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
            self._compare(node.args[0])
        self.visit(node.func)
        for argument in node.args:
            self.visit(argument)
        for keyword in node.keywords:
            if keyword.arg and keyword.arg not in DESCRIBE:
                self.visit(keyword.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        if not names & DESCRIBE:
            self.generic_visit(node)

    def visit_Slice(self, node: ast.Slice) -> None:
        """A slice shortens what is shown."""

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        if node.name.startswith(("_seen", "_told")):
            return
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(default)
        self._body(node.body)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - the name that ast looks for

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._body(node.body)

    def visit_Module(self, node: ast.Module) -> None:
        self._body(node.body)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    def _body(self, statements: list[ast.stmt]) -> None:
        """Everything but sentences that stand alone, which are docstrings."""
        for statement in statements:
            if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
                self.visit(statement)

    def _compare(self, *operands: ast.expr) -> None:
        """Words among the operands, inside a tuple, list or set of them as well."""
        for operand in operands:
            if isinstance(operand, ast.Constant):
                self._keep(operand.value, compared=True)
            elif isinstance(operand, ast.Tuple | ast.List | ast.Set):
                self._compare(*operand.elts)

    def _keep(self, value: object, *, compared: bool) -> None:
        if isinstance(value, str):
            kinds = (_PATH, _HEADER, _VARIABLE, *((_WORD,) if compared else ()))
            if any(kind.fullmatch(value) for kind in kinds):
                self.found.add(value)
        elif isinstance(value, int) and not isinstance(value, bool) and value in CODES:
            self.found.add(value)
