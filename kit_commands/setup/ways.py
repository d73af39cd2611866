"""The ways to make `.venv` and fill it, best first, as far as this machine has them."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from kit_commands.setup.environment import VirtualEnvironment, can_import


@dataclass(frozen=True)
class Way:
    """Two commands: `make` creates the folder, `install` takes `-r LOCK` behind it."""

    name: str
    make: tuple[str, ...]
    install: tuple[str, ...]


def ways(environment: VirtualEnvironment) -> Iterator[Way]:
    """Every way that can be tried here; none where Debian left out python3-venv and its kin."""
    base = base_python()
    folder, python = str(environment.folder), str(environment.python)
    own_pip = (python, "-m", "pip", "install", "--no-deps")
    if uv := shutil.which("uv"):
        bare = (base, "-m", "venv", "--without-pip", folder)
        yield Way("uv", bare, (uv, "pip", "install", "--python", python))
    if can_import(base, "ensurepip"):
        yield Way("venv", (base, "-m", "venv", folder), own_pip)
    if can_import(base, "pip"):
        bare = (base, "-m", "venv", "--without-pip", folder)
        outer_pip = (base, "-m", "pip", "--python", python, "install", "--no-deps")
        yield Way("pip", bare, outer_pip)
    if virtualenv := shutil.which("virtualenv"):
        yield Way("virtualenv", (virtualenv, "--python", base, folder), own_pip)


def base_python() -> str:
    """The Python that environments are made from, even when this one lives in an environment."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)
