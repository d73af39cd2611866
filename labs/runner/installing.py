"""`[service] install`: an environment of the project's own, made again only when it must be."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from kit_commands.errors import KitError
from kit_commands.voice import Text
from labs.runner.manifest import Command, Manifest
from labs.runner.placeholders import fill
from labs.runner.stand.environment import KEPT, kit_python

STAMP = "kit.stamp"
LAST_LINES = 6
LIMIT = 1800.0
"""Seconds that one command of `install` may take."""

FAILED = Text(
    en="“{command}”, of install in service.toml, failed:\n{log}",
    es="«{command}», de install en service.toml, falló:\n{log}",
)


class InstallFailed(KitError):
    """A command of `install` failed; its last lines are in the sentence."""


def python_for(manifest: Manifest, environments: Path, *, begins: Callable[[], None]) -> str:
    """The Python for `{python}`: of the project's environment if it has `install`, else the kit's.

    `begins` is called before a new environment is made, which takes minutes.
    """
    if not manifest.install:
        return kit_python()
    folder = environments / _hash(manifest)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (folder / STAMP).is_file():
        begins()
        _make(folder, python, manifest)
    return str(python)


def _make(folder: Path, python: Path, manifest: Manifest) -> None:
    """Stamped last: what was cut short is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    _run((sys.executable, "-m", "venv", str(folder)), manifest)
    for command in manifest.install:
        _run(tuple(fill(command, {"python": str(python)}, path=manifest.path)), manifest)
    (folder / STAMP).write_text(str(manifest.folder), encoding="utf-8")


def _run(command: Command, manifest: Manifest) -> None:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    quiet = {"PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    try:
        ended = subprocess.run(  # noqa: S603 - the student's own command, argument by argument
            command,
            cwd=manifest.folder,
            env=kept | quiet,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InstallFailed(FAILED, command=" ".join(command), log=f"  {error}") from None
    if ended.returncode:
        raise InstallFailed(FAILED, command=" ".join(command), log=_last_words(ended.stdout))


def _last_words(output: bytes) -> str:
    lines = [line.rstrip() for line in output.decode("utf-8", "replace").splitlines()]
    return "\n".join(f"  {line}" for line in [line for line in lines if line][-LAST_LINES:])


def _hash(manifest: Manifest) -> str:
    """Of the commands, of the files that they name, and of the Python behind them."""
    said = sha256(repr((manifest.install, sys.version)).encode())
    for path in _named_files(manifest):
        said.update(path.read_bytes())
    return said.hexdigest()[:16]


def _named_files(manifest: Manifest) -> Iterator[Path]:
    for command in manifest.install:
        for word in command:
            path = manifest.folder / word
            if path.is_file():
                yield path
