"""One service under one run of the judge, in a process of its own: `python -m …trial REQUEST`."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from labs.runner.course import load_course
from labs.runner.manifest import read_manifest
from labs.runner.run import Wanted, judge

ROOT = Path(__file__).resolve().parents[3]
LIMIT = 900.0


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Which folder is judged, at which stage, how."""

    folder: str
    stage: str
    solo: bool = True
    profile: str = "kit"
    stop_at_red: bool = True
    """A trial of a mistake: it ends at the first red, and general checks are left out."""
    seed: int = 7
    factor: float = 0.0
    """0 measures it; parallel trials pass a generous one."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the judge said: the first red check and its hint, and all that were red."""

    check: str = ""
    hint: str = ""
    verdict: str = ""
    params: dict[str, Any]
    reds: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    verdicts: dict[str, str]
    seconds: float = 0.0
    error: str = ""


def run_trial(trial: Trial) -> Shown:
    """Run it in a new process; a judge that breaks is an `error`, never a verdict."""
    command = [sys.executable, "-m", "labs.runner.author.trial", json.dumps(asdict(trial))]
    try:
        ran = subprocess.run(  # noqa: S603 - this module
            command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return Shown(params={}, verdicts={}, error=f"no end in {LIMIT:.0f} s")
    last = ran.stdout.strip().splitlines()[-1:] or ["{}"]
    if ran.returncode != 0:
        return Shown(params={}, verdicts={}, error=(ran.stderr or ran.stdout)[-3000:])
    said = json.loads(last[0])
    return Shown(**{**said, "reds": tuple(said["reds"]), "hints": tuple(said["hints"])})


def _judge(trial: Trial) -> Shown:
    course = load_course()
    wanted = Wanted(
        manifest=read_manifest(Path(trial.folder)),
        stage=course.stage(trial.stage),
        solo=trial.solo,
        profile=trial.profile,
        stop_at_red=trial.stop_at_red,
        nets=not trial.stop_at_red,
        seed=trial.seed,
        factor=trial.factor or None,
    )
    judgement = judge(course, wanted)
    reds = [one for one in judgement.results if one.verdict.is_red]
    broken = [one.reason for one in judgement.results if one.verdict == "checker error"]
    first = reds[0] if reds else None
    return Shown(
        check=f"{first.stage}:{first.id}" if first else "",
        hint=(first.hint or "") if first else "",
        verdict=str(first.verdict) if first else "",
        params=first.as_json()["params"] if first else {},
        reds=tuple(f"{one.stage}:{one.id}" for one in reds),
        hints=tuple(one.hint for one in reds if one.hint),
        verdicts={f"{one.stage}:{one.id}": str(one.verdict) for one in judgement.results},
        seconds=round(sum(one.seconds for one in judgement.results), 2),
        error=broken[0][-3000:] if broken else "",
    )


if __name__ == "__main__":
    print(json.dumps(asdict(_judge(Trial(**json.loads(sys.argv[1]))))))  # noqa: T201 - its answer
