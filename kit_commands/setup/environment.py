"""The virtual environment of the kit: where its parts are, and whether it fits the lock."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

WINDOWS = sys.platform == "win32"


class VirtualEnvironment:
    """`.venv` beside `requirements.txt`; asks, never changes anything."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.lock = root / "requirements.txt"
        self.python = self.folder / ("Scripts/python.exe" if WINDOWS else "bin/python")
        self.stamp = self.folder / "kit.stamp"
        """Written last: the fingerprint that the folder was made for."""
        self.unfinished = self.folder / "kit.unfinished"
        """There while packages are being installed: found at a start, that start was cut short."""
        self.turn = self.folder / "kit.lock"
        """Locked by the kit that is making the environment."""

    def is_ready(self) -> bool:
        """Whether the lock and the Python are those that it was made for."""
        if not self.python.exists() or not self.stamp.is_file():
            return False
        return self.stamp.read_text(encoding="utf-8") == self.fingerprint()

    def is_running(self) -> bool:
        """Whether this very Python is the environment's."""
        return self.folder.exists() and Path(sys.prefix).samefile(self.folder)

    def is_sound(self) -> bool:
        """Whether it can be installed into as it is: it starts, has pip and was never cut short."""
        return not self.unfinished.exists() and can_import(str(self.python), "pip")

    def fingerprint(self) -> str:
        """What the environment depends on: the lock's hash and the Python behind `.venv`."""
        lock = hashlib.sha256(self.lock.read_bytes()).hexdigest()
        return f"{lock}\n{os.path.realpath(self.python)}\n{self._home()}\n"

    def _home(self) -> str:
        """Folder of the Python it was made from, empty once that is gone (Windows copies files)."""
        try:
            lines = (self.folder / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
        except OSError:
            return ""
        homes = [line.partition("=")[2].strip() for line in lines if line.startswith("home")]
        return homes[0] if homes and Path(homes[0]).is_dir() else ""


def can_import(python: str, module: str) -> bool:
    """Whether `python` is a supported one that starts and finds `module`."""
    question = f"import sys, {module}; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))"
    try:
        answer = subprocess.run([python, "-c", question], capture_output=True, check=False)  # noqa: S603 - ours
    except OSError:
        return False
    return answer.returncode == 0
