"""`hints.toml` of a stage: for each check an idea, a place and a sketch, in both languages."""

import tomllib
from pathlib import Path

from kit_commands.voice import Text
from labs.runner.course import LABS, Check

FILE = "hints.toml"
STEPS = ("concept", "place", "sketch")


def graded_hints(check: Check, labs: Path = LABS) -> dict[str, Text]:
    """The steps of one check; empty where nobody has written any."""
    return all_graded(check.stage, labs).get(check.id, {})


def all_graded(stage: str, labs: Path = LABS) -> dict[str, dict[str, Text]]:
    """Every check's steps in the file of one stage."""
    found = list(labs.glob(f"{stage}-*/{FILE}"))
    if not found:
        return {}
    said = tomllib.loads(found[0].read_text(encoding="utf-8"))
    return {
        one["check"]: {step: Text(en=one[step]["en"], es=one[step]["es"]) for step in STEPS}
        for one in said["hint"]
    }
