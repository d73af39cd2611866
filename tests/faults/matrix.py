"""The kill matrix: each part killed, frozen and cut off under load, and every mail counted.

    python -m tests.faults.matrix [--cells sender-kill,redis-flush] [--mails 500] [--write FILE]

Prints a line a cell; with --write also Markdown. Exit code 1 when a promise was broken.
"""

import argparse
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from kit_commands.programs import find_program
from labs.runner.machine import measure_factor
from tests.faults.cell import CELLS, CONNECTIONS, Finding, run_cell
from tests.faults.stand import stand

RECOVERY = 30.0
"""Seconds within which mail flows again."""

NAMES = {
    "web": "web",
    "sender": "dispatcher and worker",
    "redis": "Redis",
    "postgres": "PostgreSQL",
    "inbox": "mock_smtp",
    "kill": "kill -9, started again",
    "freeze": "SIGSTOP 20 s",
    "cut": "network cut 20 s",
    "flush": "FLUSHALL",
}
HEAD = ("victim", "fault", "lost", "replayed", "captured", "duplicates", "recovered after")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cells that were asked for; 0 when every promise was kept."""
    asked = _parser().parse_args(arguments)
    findings = []
    for victim, fault in _chosen(asked.cells):
        found = measure(victim, fault, asked.mails)
        findings.append(found)
        print(_line(_cells(found)), flush=True)  # noqa: T201 - a program's answer
    if asked.write:
        asked.write.write_text(_page(findings, asked.mails), encoding="utf-8")
    return 0 if all(map(holds, findings)) else 1


def measure(victim: str, fault: str, mails: int, *, folder: Path | None = None) -> Finding:
    """One cell on a stand of its own, with Celery: the form that has every victim."""
    with (
        TemporaryDirectory(prefix="kit-matrix-") as made,
        stand(folder or Path(made), celery=True) as fresh,
    ):
        return run_cell(fresh, victim, fault, mails)


def holds(found: Finding) -> bool:
    """Whether a cell kept every promise."""
    return found.holds and found.recovered <= RECOVERY


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.matrix", description=__doc__)
    parser.add_argument("--cells", help="such as sender-kill,redis-flush; all 16 if left out")
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--write", type=Path, help="a Markdown file for the table")
    return parser


def _chosen(cells: str | None) -> list[tuple[str, str]]:
    """The cells by name; ends the program for a name that is none."""
    by_name = {f"{victim}-{fault}": (victim, fault) for victim, fault in CELLS}
    names = cells.split(",") if cells else list(by_name)
    if unknown := [name for name in names if name not in by_name]:
        sys.exit(f"no such cell: {', '.join(unknown)}; there are {', '.join(by_name)}")
    return [by_name[name] for name in names]


def _cells(found: Finding) -> tuple[str, ...]:
    """A finding as the table shows it."""
    return (
        NAMES[found.victim],
        NAMES[found.fault],
        str(found.lost),
        str(found.replayed),
        f"{found.captured} of {found.mails}",
        str(found.duplicates),
        f"{found.recovered:.1f} s",
    )


def _line(words: Sequence[str]) -> str:
    """One row, its columns padded."""
    return "| " + " | ".join(word.ljust(22 if n < 2 else 10) for n, word in enumerate(words)) + " |"


def _page(findings: Sequence[Finding], mails: int) -> str:
    """The table with what it means, when and where it was made."""
    rows = [HEAD, tuple("-" * len(word) for word in HEAD), *map(_cells, findings)]
    kept = sum(map(holds, findings))
    return "\n".join(
        [
            "# The kill matrix",
            "",
            *_explained(mails),
            "",
            *map(_line, rows),
            "",
            f"{kept} of {len(findings)} cells kept every promise.",
            "",
            *(f"- {line}" for line in _surroundings()),
            "",
            "Made by `python -m tests.faults.matrix --write docs/kill-matrix.md`.",
            "",
        ]
    )


def _explained(mails: int) -> list[str]:
    return [
        f"Each cell: a fresh service with Celery, {mails} mails posted by four callers who repeat",
        "each one until it is accepted, and a fault in the middle of it: a tenth of the mails has",
        "arrived, the rest waits or is yet to come. The last fifth is posted after the fault.",
        "",
        "- **lost**: neither caught by the inbox nor `failed` with a reason. Promised: 0.",
        "- **captured**: after at most one replay of what had failed (**replayed**). Promised:",
        "  all.",
        f"- **duplicates**: promised: at most {CONNECTIONS}, one for each open SMTP connection.",
        "- **recovered after**: seconds from the end of the fault to the first capture of a mail",
        f"  that was accepted after it. Promised: {RECOVERY:.0f} s at most.",
    ]


def _surroundings() -> Iterator[str]:
    """Date, machine and versions."""
    yield f"{datetime.now(UTC):%Y-%m-%d}, machine factor {measure_factor():.1f}"
    yield f"Python {platform.python_version()}, {platform.system()} {platform.release()}"
    yield ", ".join(f"{name} {version(name)}" for name in ("Django", "celery", "redis", "waitress"))
    for program, places in (("postgres", ["/usr/lib/postgresql/*/bin"]), ("redis-server", [])):
        if path := find_program(program, places):
            yield subprocess.run(
                [path, "--version"], capture_output=True, text=True, check=True
            ).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
