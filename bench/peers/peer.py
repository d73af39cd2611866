"""What a sender has to tell so that it can be filled, started, killed and counted."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Peer:
    """One sender in one setting.

    `fill` are words for this interpreter that queue MAILS mails in a fresh database, once;
    `refill` those that queue what is not kept there, before each run. `programs` work on it
    until they are ended, or end by themselves when nothing is left.
    """

    name: str
    family: str
    connections: int
    fill: Sequence[Sequence[str]]
    programs: Sequence[Sequence[str]]
    refill: Sequence[str] = ()
    settings: dict[str, str] = field(default_factory=dict)

    def environ(self, database_url: str, **more: str) -> dict[str, str]:
        """What its programs get to see."""
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return inherited | {
            "PYTHONUTF8": "1",
            "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]),
            "DATABASE_URL": database_url,
            **self.settings,
            **more,
        }


def run(words: Sequence[str], environ: dict[str, str]) -> None:
    """Run this interpreter with these words to their end; raises with its output if it fails."""
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}:\n{done.stdout}{done.stderr}"[-4000:])
