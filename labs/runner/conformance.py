"""A stage's `contract.yaml` against the running service: a short schemathesis run with one seed.

Only what every ordinary service can hold is asked: no 5xx, declared codes, media types and bodies.
Whether it accepts and refuses the right things is what the other checks look at.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from labs.runner.rig import Rig
from labs.runner.verdicts import Red

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
EXAMPLES = 10
SEED = 1
LIMIT = 60.0
KEPT = Path(sys.prefix) / "kit-hypothesis"
"""Where Hypothesis keeps its table of Unicode's categories: it takes 2 s of CPU to make."""
_BLOCK = re.compile(r"^_{3,}.*?(?=^_{3,}|^={3,})", re.MULTILINE | re.DOTALL)
_RUN = "from schemathesis.cli import schemathesis; schemathesis()"


def conforms(rig: Rig, stage: Path) -> None:
    """Red at the first operation whose answers are not those of the stage's `contract.yaml`."""
    service = rig.any_stand()
    try:
        with tempfile.TemporaryDirectory(prefix="kit-") as folder:
            told = _fuzz(stage / "contract.yaml", service.http.base_url, rig, Path(folder))
            report = _report(Path(folder))
    finally:
        service.end()
    if report is None:
        raise RuntimeError(f"schemathesis did not report: {told[-2000:]}")
    if report["failures"]:
        raise Red(**_shown(report["failures"][0], told))
    if report["errors"]:
        raise RuntimeError(f"schemathesis broke: {report['errors']}")


def _fuzz(contract: Path, url: str, rig: Rig, folder: Path) -> str:
    """What schemathesis wrote; its report is in `folder`."""
    (folder / "empty.toml").write_text("", encoding="utf-8")
    headers = [
        word for name, value in rig.manifest.headers.items() for word in ("-H", f"{name}:{value}")
    ]
    command = [sys.executable, "-c", _RUN, "--config-file", "empty.toml", "run", str(contract)]
    options = ["--url", url, "--phases", "fuzzing", "--checks", ",".join(CHECKS)]
    limits = ["--max-examples", str(EXAMPLES), "--seed", str(SEED), "--no-shrink"]
    quiet = ["--generation-database", "none", "--no-color", "--warnings", "off"]
    report = ["--report-json-path", "report.json"]
    try:
        ran = subprocess.run(  # noqa: S603 - schemathesis with words of ours
            [*command, *options, *limits, *quiet, *headers, *report],
            cwd=folder,
            env=os.environ | {"HYPOTHESIS_STORAGE_DIRECTORY": str(KEPT)},
            capture_output=True,
            timeout=rig.seconds(LIMIT),
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode("utf-8", "replace")
    return (ran.stdout + ran.stderr).decode("utf-8", "replace")


def _report(folder: Path) -> dict[str, Any] | None:
    path = folder / "report.json"
    if not path.is_file():
        return None
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def _shown(failure: dict[str, Any], told: str) -> dict[str, Any]:
    """The first failure: its operation, what kind it is, and schemathesis' own words of it."""
    block = _BLOCK.search(told)
    operation = ", ".join(failure["operations"])
    return {"operation": operation, "seen": failure["title"], "log": block[0] if block else ""}
