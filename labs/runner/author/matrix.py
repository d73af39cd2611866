"""The proof as people read it: a line for each finding, the sums, and `docs/labs-proof.md`."""

import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from labs.runner.author.gates import Finding
from labs.runner.author.proof import Proved
from labs.runner.guides.mistakes import Mistake

DOCUMENT = Path("docs") / "labs-proof.md"
_PACKAGES = ("Django", "djangorestframework", "pytest", "redis")


def line_of(finding: Finding) -> str:
    """One finding on one line."""
    mark = "left out" if finding.left_out else "ok" if finding.holds else "BROKEN"
    seconds = f" {finding.shown.seconds:.1f} s" if finding.shown else ""
    return f"{mark:8} {finding.gate}: {finding.what}{seconds} {finding.seen}".rstrip()


def sums(findings: Iterable[Finding]) -> dict[str, tuple[int, int, int]]:
    """For each gate: how many hold, how many were tried, how many were left out."""
    counted: dict[str, tuple[int, int, int]] = {}
    for one in findings:
        holds, tried, left = counted.get(one.gate, (0, 0, 0))
        left += one.left_out
        tried += not one.left_out
        counted[one.gate] = (holds + (one.holds and not one.left_out), tried, left)
    return counted


def document(proved: Proved, mistakes: Iterable[Mistake], *, jobs: int) -> str:
    """`docs/labs-proof.md`: when, with what, the sums, the matrix, the exceptions."""
    when = datetime.now(UTC).strftime("%Y-%m-%d")
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    lines = [
        "# Proof of the labs",
        "",
        "Written by `kit.py author --write`; every row is a service that was started and judged.",
        "",
        f"{when}, Python {platform.python_version()}, {versions}, {platform.system()}, "
        f"{jobs} at once, {proved.seconds / 60:.1f} minutes.",
        "",
        "| gate | hold | tried | left out |",
        "|---|---:|---:|---:|",
        *(
            f"| {gate} | {h} | {t} | {left} |"
            for gate, (h, t, left) in sums(proved.findings).items()
        ),
        "",
        "## Matrix",
        "",
        "The first red check and the hint shown, for each mistake made in its own stage's solution",
        "and in the last one.",
        "",
        "| mistake | made | red at | hint shown |",
        "|---|---|---|---|",
        *_rows(proved.findings),
        "",
        "## Not made in the last solution",
        "",
        *(f"- `{one.id}`: {one.not_in_last}" for one in mistakes if one.not_in_last),
        "",
    ]
    return "\n".join(lines)


def _rows(findings: Iterable[Finding]) -> Iterable[str]:
    for one in findings:
        if one.gate in {"own stage", "last"} and one.shown is not None:
            shown = one.shown
            yield f"| `{one.what}` | {one.gate} | `{shown.check}` | `{shown.hint or '-'}` |"
