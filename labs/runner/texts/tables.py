"""The contract's table in each task, made from `contract.toml`."""

from pathlib import Path

from labs.runner.texts.contract import LABS, LANGUAGES, Literal, contract

BEGIN = "<!-- contract:begin -->"
END = "<!-- contract:end -->"

README = {"es": "README.es.md", "en": "README.md"}

_HEAD = {
    "es": ("literal", "qué es", "significa", "lo pide"),
    "en": ("literal", "kind", "means", "asked by"),
}
_KINDS = {
    "es": {
        "path": "ruta",
        "field": "campo",
        "code": "código",
        "header": "encabezado",
        "variable": "variable",
        "limit": "límite",
        "value": "valor",
    },
    "en": {},
}
_UNITS = {"es": {"characters": "caracteres", "rounds": "rondas"}, "en": {}}
_ASKED_BY = {
    "es": {"brief": "enunciado: «{sentence}»", "kit": "curso"},
    "en": {"brief": "brief: «{sentence}»", "kit": "course"},
}


class NoMarks(Exception):
    """A task lacks the two comments between which its table stands."""


def table(rows: list[Literal], language: str) -> str:
    """The Markdown table of one stage in one language."""
    head = _HEAD[language]
    lines = [_line(head), _line(tuple("---" for _ in head))]
    return "\n".join(lines + [_line(_cells(row, language)) for row in rows])


def with_table(text: str, rows: list[Literal], language: str) -> str:
    """The task with its table brought up to date; raises NoMarks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise NoMarks(f"expected {BEGIN} and, after it, {END}")
    return f"{before}{BEGIN}\n{table(rows, language)}\n{END}{after}"


def write_tables(labs: Path = LABS) -> list[Path]:
    """Bring the table of every task up to date; the files that changed."""
    changed = stale_tables(labs)
    for readme, current in changed.items():
        readme.write_text(current, encoding="utf-8", newline="\n")
    return list(changed)


def stale_tables(labs: Path = LABS) -> dict[Path, str]:
    """The tasks whose table is not that of `contract.toml`, each with the text it should have."""
    stale = {}
    for stage, rows in contract(labs).items():
        for language in LANGUAGES:
            readme = labs / stage / README[language]
            text = readme.read_text(encoding="utf-8")
            current = with_table(text, rows, language)
            if current != text:
                stale[readme] = current
    return stale


def _cells(row: Literal, language: str) -> tuple[str, ...]:
    """One literal in the words of a language."""
    unit = _UNITS[language].get(row.unit, row.unit)
    sentence = row.brief.replace("|", "\\|")
    return (
        ", ".join(f"`{_written(one)}`" for one in row.each()) + f" {unit}".rstrip(),
        _KINDS[language].get(row.kind, row.kind),
        row.es if language == "es" else row.en,
        _ASKED_BY[language][row.asks].format(sentence=sentence),
    )


def _written(literal: object) -> str:
    """Large numbers in groups of three."""
    return f"{literal:_}".replace("_", " ") if isinstance(literal, int) else str(literal)


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
