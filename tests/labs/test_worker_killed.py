"""A worker that somebody kills in the middle of a check is no mistake of the service."""

import json
import subprocess
import sys
from pathlib import Path
from time import monotonic

import psutil

from labs.runner.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
CONTROL = "tests/controls/reference_celery"


def workers_of(judge: psutil.Process) -> list[psutil.Process]:
    """The Celery workers that a run of the judge has started."""
    return [one for one in judge.children(recursive=True) if "celery" in _command(one)]


def test_a_right_service_stays_green(tmp_path: Path) -> None:
    """Its worker is killed while a check is about retries; what was cut short is tried again."""
    told = tmp_path / "told.json"
    command = [sys.executable, "kit.py", "check", "08", "--solo", "--dir", CONTROL, "--json"]
    with told.open("w") as file, subprocess.Popen(command, cwd=ROOT, stdout=file) as run:
        judge, begun = psutil.Process(run.pid), monotonic()
        assert wait_until(lambda: len(workers_of(judge)) > 1, 120)
        # Some way into the checks, wherever that is on this machine.
        waited = 3 * (monotonic() - begun)
        wait_until(lambda: run.poll() is not None, waited)
        victims = workers_of(judge)
        for victim in victims:
            victim.kill()
        assert run.wait(400) == 0
    assert victims
    checks = json.loads(told.read_text(encoding="utf-8"))["checks"]
    verdicts = {check["id"]: check["verdict"] for check in checks if check["stage"] == "08"}
    assert verdicts == dict.fromkeys(verdicts, "pass")


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
