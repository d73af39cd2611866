"""Handing over: this program becomes another one, so that signals and exit code are its own."""

import os
import subprocess
import sys
from collections.abc import Mapping


def hand_over(command: list[str], environ: Mapping[str, str]) -> int:
    """Become `command`; on Windows, whose exec returns to the shell at once, wait for its code."""
    if sys.platform != "win32":
        os.execve(command[0], command, environ)  # noqa: S606 - no shell is wanted
    return _wait_for(command, environ)


def _wait_for(command: list[str], environ: Mapping[str, str]) -> int:
    """Exit code of `command`, which gets every Ctrl-C itself and decides what it means."""
    child = subprocess.Popen(command, env=environ)  # noqa: S603 - built by the kit
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue
