"""The last check, as `why`, `hint` and `replay` need it: `.labs/last/`."""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kit_commands.errors import WrongCommand
from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice
from labs.verbs.places import Places

RUN = "run.json"
EVIDENCE = "evidence.json"

NEVER_CHECKED = Text(
    en="Nothing was checked yet: {kit} check.",
    es="Todavía no se ha revisado nada: {kit} check.",
)
ALL_GREEN = Text(
    en="The last check (stage {stage}) was all green: there is nothing to explain.",
    es="La última revisión (etapa {stage}) salió toda verde: no hay nada que explicar.",
)


@dataclass(frozen=True, kw_only=True)
class LastRun:
    """What was checked; `red` is the key of the first red check, empty when all was green."""

    stage: str
    folder: str
    url: str
    red: str
    seed: int
    factor: float


def remember(places: Places, run: LastRun) -> None:
    """Write it; a green run leaves no evidence behind."""
    if not run.red:
        shutil.rmtree(places.last, ignore_errors=True)
    places.last.mkdir(parents=True, exist_ok=True)
    (places.last / RUN).write_text(json.dumps(asdict(run), indent=2), encoding="utf-8")


def recall(places: Places) -> LastRun:
    """The last check; WrongCommand if there was none."""
    try:
        said = json.loads((places.last / RUN).read_text(encoding="utf-8"))
        return LastRun(**said)
    except (OSError, ValueError, TypeError):
        raise WrongCommand(NEVER_CHECKED, kit=kit_command()) from None


def recall_red(places: Places, voice: Voice) -> tuple[LastRun, dict[str, Any]] | None:
    """The last check and the evidence of its first red; None, after a word, if all was green."""
    run = recall(places)
    try:
        evidence: dict[str, Any] = json.loads((places.last / EVIDENCE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        evidence = {}
    if run.red and evidence:
        return run, evidence
    voice.say(ALL_GREEN, stage=run.stage)
    return None


def mails(places: Places) -> list[Path]:
    """The mails that the first red check looked at."""
    return sorted(places.last.glob("*.eml"))
