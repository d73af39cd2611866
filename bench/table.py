"""Figures of several rounds as a table and as bars, for people and for docs/benchmarks.md."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

DOCS = Path(__file__).resolve().parents[1] / "docs"
_PAGE = DOCS / "benchmarks.md"


@dataclass
class Row:
    """One contestant: a rate per round, and what else is told beside it."""

    name: str
    rates: list[float] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """The median."""
        return median(self.rates)

    def times(self, base: "Row") -> float:
        """The median of the ratios, each taken within one round."""
        pairs = zip(self.rates, base.rates, strict=True)
        return median(mine / theirs for mine, theirs in pairs)


def table(title: str, rows: Sequence[Row], bases: Sequence[Row]) -> str:
    """A Markdown table: median, range, ratios to each base, notes."""
    notes = list(dict.fromkeys(name for row in rows for name in row.notes))
    heads = [title, "a second", "min-max", *(f"x {base.name}" for base in bases), *notes]
    lines = [heads]
    for row in rows:
        spread = f"{min(row.rates):.0f}-{max(row.rates):.0f}"
        ratios = [f"{row.times(base):.2f}" for base in bases]
        told = [row.notes.get(name, "") for name in notes]
        lines.append([row.name, f"{row.rate:.0f}", spread, *ratios, *told])
    return section_table(lines)


def section_table(lines: Sequence[Sequence[str]]) -> str:
    """These lines, the first of them the heads, in Markdown."""
    heads, *rest = lines
    return "\n".join(map(_line, [heads, ["---"] * len(heads), *rest]))


def bars(rows: Sequence[Row]) -> str:
    """An SVG with a bar for each row's median, in so many a second."""
    longest = max(row.rate for row in rows)
    parts = [
        f'<text x="4" y="{y + 14}">{row.name}</text>'
        f'<rect x="392" y="{y}" width="{max(1, row.rate / longest * 400):.0f}" height="18"/>'
        f'<text x="{398 + row.rate / longest * 400:.0f}" y="{y + 14}">{row.rate:.0f}/s</text>'
        for y, row in zip(range(4, 9999, 26), rows, strict=False)
    ]
    size = f'width="860" height="{26 * len(rows) + 8}"'
    style = "<style>text{font:13px sans-serif}rect{fill:#3b6ea5}svg{background:#fff}</style>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{style}{"".join(parts)}</svg>\n'


def write(section: str, text: str, rows: Sequence[Row]) -> None:
    """Put `text` and its bars into that section of docs/benchmarks.md."""
    (DOCS / f"benchmarks-{section}.svg").write_text(bars(rows), encoding="utf-8")
    put(section, f"{text}\n\n![{section}](benchmarks-{section}.svg)")


def put(section: str, text: str) -> None:
    """Put `text` into that section, where the page has a place for it."""
    start, end = f"<!-- {section} -->", f"<!-- end of {section} -->"
    page = _PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(start)
    after = rest.partition(end)[2]
    whole = f"{before}{start}\n\n{text}\n\n{end}{after}"
    _PAGE.write_text(whole, encoding="utf-8")


def _line(cells: Sequence[str]) -> str:
    """One line of the table."""
    return f"| {' | '.join(cells)} |"
