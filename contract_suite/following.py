"""One run of Schemathesis, told while it runs: what was asked, and what was not as described.

Schemathesis writes its events as JSON lines (`--report-ndjson-path`); they are read as they come.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep
from typing import Any

from contract_suite.suite import ROOT

_TURN = 0.2


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One answer that openapi.yaml does not describe."""

    kind: str
    """Schemathesis' name of it, such as `UndefinedStatusCode`."""
    title: str
    message: str
    request: dict[str, Any]
    """`method`, `url`, `headers` and `text`, as they were sent; the key is left out."""
    status: int
    answer: str


@dataclass(frozen=True, kw_only=True)
class Tested:
    """One round of requests to an operation: how many, and what was found."""

    operation: str
    requests: int
    findings: tuple[Finding, ...]


@dataclass(kw_only=True)
class Run:
    """A run of the suite against one service; `code` is Schemathesis' own, None until it ends."""

    url: str
    key: str
    folder: Path
    """Where the report and Schemathesis' own words are kept."""
    options: Sequence[str] = ()
    code: int | None = field(default=None, init=False)

    @property
    def words(self) -> Path:
        """What Schemathesis itself would have shown."""
        return self.folder / "contract.txt"

    def follow(self) -> Iterator[Tested]:
        """Run it to its end; each round as it comes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        events = self.folder / "contract.ndjson"
        events.unlink(missing_ok=True)
        command = [sys.executable, "-m", "schemathesis.cli", "run", "openapi.yaml", "--no-color"]
        command += ["--url", self.url, "--report-ndjson-path", str(events), *self.options]
        environ = {**os.environ, "CONTRACT_KEY": self.key, "PYTHONUTF8": "1"}
        with (
            self.words.open("wb") as words,
            subprocess.Popen(  # noqa: S603 - our own words, and no shell reads them
                command, cwd=ROOT, env=environ, stdout=words, stderr=subprocess.STDOUT
            ) as run,
        ):
            try:
                yield from _rounds(events, run)
            finally:
                run.terminate()
                self.code = run.wait()


def _rounds(path: Path, run: "subprocess.Popen[bytes]") -> Iterator[Tested]:
    """Every finished round in the file that `run` writes, until both are at their end."""
    known = 0
    while True:
        over = run.poll() is not None
        lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.is_file() else []
        for line in lines[known:]:
            event = json.loads(line).get("ScenarioFinished")
            if event and event["recorder"].get("interactions"):
                yield _tested(event["recorder"])
        known = len(lines)
        if over:
            return
        sleep(_TURN)


def _tested(recorder: dict[str, Any]) -> Tested:
    found = [
        _finding(check["failure_info"]["failure"], recorder["interactions"][case])
        for case, checks in recorder.get("checks", {}).items()
        for check in checks
        if check["status"] == "failure" and case in recorder["interactions"]
    ]
    number = len(recorder["interactions"])
    return Tested(operation=recorder["label"], requests=number, findings=tuple(found))


def _finding(failure: dict[str, Any], interaction: dict[str, Any]) -> Finding:
    request, response = interaction["request"], interaction["response"] or {}
    headers = {name: ", ".join(values) for name, values in request["headers"].items()}
    return Finding(
        kind=failure["type"],
        title=failure["title"],
        message=failure["message"],
        request={
            "method": request["method"],
            "url": request["uri"],
            "headers": {name: value for name, value in headers.items() if name not in _UNTOLD},
            "text": _text(request.get("body")) or "",
        },
        status=response.get("status_code", 0),
        answer=_text(response.get("content")) or "",
    )


_UNTOLD = {"Authorization", "User-Agent", "Accept-Encoding", "Connection", "Content-Length"}


def _text(content: Any) -> str | None:
    if content is None:
        return None
    octets = base64.b64decode(content["$base64"])
    return octets.decode("utf-8", "replace")
