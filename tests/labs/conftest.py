"""A student's home apart, services of a few lines, and the kit as a program of its own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from labs.runner.guides.solution import build

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = Path(os.environ.get("KIT_SOLUTIONS") or Path(tempfile.gettempdir()) / "kit-solutions")
LIMIT = 300.0
VERB = """
import importlib, sys
from kit_commands.entry import outcome
from kit_commands.verbs import verb_named
from kit_commands.voice import split_language, voice_for
language, words = split_language(sys.argv[1:])
voices = [voice_for(language or "en", stream, {}) for stream in (sys.stdout, sys.stderr)]
module = importlib.import_module(verb_named(words[0]).path)
sys.exit(outcome(lambda: int(module.main(words[1:], voices[0])), voices[1]))
"""
"""What `kit.py` does once `.venv` is ready."""

HEALTHY = """
import json, os, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.path == "/healthz"
        body = json.dumps({"status": "pass" if known else "lost"}).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
"""A service that is all that stage 00 asks, from the standard library."""


@dataclass(frozen=True)
class Ran:
    """How a verb ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Its answer to `--json`."""
        said: dict[str, Any] = json.loads(self.out)
        return said

    def verdicts(self) -> dict[str, str]:
        """Each check's verdict by its key, of `--json`."""
        return {f"{one['stage']}:{one['id']}": one["verdict"] for one in self.json["checks"]}


@dataclass(frozen=True)
class Kit:
    """The kit in a home of its own, for one student."""

    home: Path

    def __call__(self, *words: str, stdin: str = "", language: str = "en") -> Ran:
        """Run one verb to its end."""
        ended = subprocess.run(
            [*self.command(language), *words],
            cwd=self.home,
            env=self.environ(),
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=LIMIT,
            check=False,
        )
        return Ran(ended.returncode, ended.stdout, ended.stderr)

    def begin(self, *words: str) -> "subprocess.Popen[str]":
        """Start one verb, with its output in a pipe."""
        return subprocess.Popen(
            [*self.command("en"), *words],
            cwd=self.home,
            env=self.environ(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    def command(self, language: str) -> list[str]:
        """The program and its first arguments."""
        return [sys.executable, "-c", VERB, f"--lang={language}"]

    def environ(self) -> dict[str, str]:
        """A student's environment: nothing of the tests' own settings."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(ROOT)]))
        ours = {"KIT_HOME": str(self.home), "KIT_SOLUTIONS": str(SOLUTIONS), "PYTHONUTF8": "1"}
        return {**kept, **ours, "PYTHONPATH": path}

    @property
    def workspace(self) -> Path:
        """The student's folder."""
        return self.home / "workspace"

    def write(self, main: str, **files: str) -> Path:
        """A service of one Python file, with a service.toml that starts it."""
        self.workspace.mkdir(exist_ok=True)
        (self.workspace / "main.py").write_text(main, encoding="utf-8")
        text = 'format = 1\n[service]\nweb = ["{python}", "main.py"]\n'
        (self.workspace / "service.toml").write_text(text, encoding="utf-8")
        for name, content in files.items():
            (self.workspace / name).write_text(content, encoding="utf-8")
        return self.workspace

    def left(self) -> list[str]:
        """Living processes that were started in the student's folder."""
        return [" ".join(one.cmdline()) for one in psutil.process_iter() if self._is_ours(one)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            alive = process.status() != psutil.STATUS_ZOMBIE
            return alive and Path(process.cwd()) == self.workspace.resolve()
        except (psutil.Error, OSError):
            return False


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    """The kit for a student whose folder has a blank and an ñ in its path; no process is left."""
    home = tmp_path / "año 1"
    home.mkdir()
    student = Kit(home)
    yield student
    assert student.left() == []


@pytest.fixture
def solution() -> Callable[[str, Path], Path]:
    """Builds the solution of a stage into a folder, from the shared cache."""
    return lambda stage, folder: build(stage, folder, cache=SOLUTIONS)
