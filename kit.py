# -*- coding: utf-8 -*-
"""The door of the kit: finds a Python that can run it, then `kit_commands` does the rest.

Every Python that a student may have parses this file, 2.7 included, so that an old one answers
with a sentence instead of a SyntaxError: hence no annotations, no f-strings and no pathlib.
"""
# mypy: allow-untyped-defs, allow-untyped-calls
# No pathlib and no [*unpacking] in 2.7; S6: it starts only Pythons that it looked for by name.
# ruff: noqa: PTH100, PTH111, PTH118, PTH120, PTH207, RUF005, S603, S606, S607

import glob
import os
import re
import subprocess
import sys

SUPPORTED = [(3, 14), (3, 13), (3, 12), (3, 11)]
WINDOWS = sys.platform == "win32"
HERE = os.path.dirname(os.path.abspath(__file__))

TOO_OLD = {
    "en": "The kit needs Python 3.11, 3.12, 3.13 or 3.14 and found only %s: install one (%s) "
    "and run the same command again.\n",
    "es": "El kit necesita Python 3.11, 3.12, 3.13 o 3.14 y solo encontró %s: instala uno (%s) "
    "y repite la misma orden.\n",
}
CURES = {"win32": "winget install Python.Python.3.13", "darwin": "brew install python@3.13"}
ANY_CURE = "apt install python3.11 python3.11-venv, dnf install python3.12, https://python.org"


def main(arguments):
    """Run the kit with this Python or become one that can; 2 when the machine has none."""
    if sys.version_info[:2] in SUPPORTED:
        sys.path.insert(0, HERE)  # absent when started with -P or PYTHONSAFEPATH
        from kit_commands.entry import enter

        return enter(arguments)
    for python in candidates():
        if answers_supported(python):
            return become([python, os.path.abspath(__file__)] + arguments)
    complain(arguments)
    return 2


def candidates():
    """Every Python worth asking: the kit's own, those on PATH, pyenv's, the Windows launcher's."""
    names = ["python%d.%d" % version for version in SUPPORTED]
    own = os.path.join(HERE, ".venv", "Scripts" if WINDOWS else "bin", "python")
    return [own] + names + from_pyenv() + from_launcher()


def from_pyenv():
    """Pythons that pyenv installed, whether its shims are on PATH or not."""
    root = os.environ.get("PYENV_ROOT") or os.path.join(os.path.expanduser("~"), ".pyenv")
    return sorted(glob.glob(os.path.join(root, "versions", "3.1[1-4]*", "bin", "python")))


def from_launcher():
    """Pythons that the Windows launcher lists, read from lines as ` -V:3.12 *  C:\\...`."""
    if not WINDOWS:
        return []
    try:
        listed = subprocess.check_output(["py", "-0p"], stderr=subprocess.STDOUT)
    except (OSError, subprocess.CalledProcessError):
        return []
    return re.findall(r"-(?:V:)?3\.1[1-4]\S*\s+\*?\s*(\S.*\S)", listed.decode("utf-8", "replace"))


def answers_supported(python):
    """Whether `python` starts and is a supported version: a shim on PATH may do neither."""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.check_output([python, "-c", question], stderr=subprocess.STDOUT)
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.decode("ascii", "replace").strip() in ["%d.%d" % known for known in SUPPORTED]


def become(command):
    """Turn into `command`; Windows, whose exec returns to the shell at once, waits for it."""
    if WINDOWS:
        return subprocess.call(command)
    return os.execvp(command[0], command)


def complain(arguments):
    """Say in one sentence what to install, in the language of the arguments or the locale."""
    spoken = [os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    asked = re.findall(r"--lang[= ](\w\w)", " ".join(arguments))
    language = (asked or [value for value in spoken if value] or ["en"])[0][:2]
    found = "%d.%d" % sys.version_info[:2]
    sentence = TOO_OLD.get(language, TOO_OLD["en"]) % (found, CURES.get(sys.platform, ANY_CURE))
    octets = sentence if isinstance(sentence, bytes) else sentence.encode("utf-8")
    os.write(sys.stderr.fileno(), octets)  # an old stderr may know no letter beyond ASCII


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
