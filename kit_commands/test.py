"""`kit.py test`: one pytest run, its summary line last, its exit code ours."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from kit_commands.errors import MachineNotReady
from kit_commands.handover import hand_over
from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice

ROOT = Path(__file__).resolve().parent.parent

STRICT = "KIT_STRICT"
"""Set to 1 for the tests: a missing program is a failure, see `programs`."""

QUICK = ("kit", "service", "inbox", "contract", "system")
"""What `kit.py test` runs: under ten minutes on two cores, for good."""

SLOW = ("faults", "browser", "compose", "labs")
"""Each runs by its name."""

USAGE = Text(
    en="""{kit} test [faults|browser|compose|labs|all] [--strict] [pytest options]

  without a name  the quick suites: {quick}
  --strict        exit 1 when a test could not run for want of a program
  anything else   goes to pytest: -k WORDS, -x, -n 2, tests/kit/test_up.py …""",
    es="""{kit} probar [faults|browser|compose|labs|all] [--strict] [opciones de pytest]

  sin nombre      las pruebas rápidas: {quick}
  --strict        sale con 1 si una prueba no pudo correr porque falta un programa
  lo demás        pasa a pytest: -k PALABRAS, -x, -n 2, tests/kit/test_up.py …""",
)
NO_TESTS = Text(
    en="There are no tests in {folders} here: this copy of the kit does not include them.",
    es="No hay pruebas en {folders}: esta copia del kit no las incluye.",
)


def main(arguments: Sequence[str], voice: Voice) -> int:
    """Read the suite's name and `--strict`; leave the rest to pytest."""
    if {"-h", "--help"} & set(arguments):
        voice.say(USAGE, kit=kit_command(), quick=", ".join(QUICK))
        return 0
    words = list(arguments)
    suite = words.pop(0) if words and words[0] in {*SLOW, "all"} else "quick"
    options = [word for word in words if word != "--strict"]
    return run_suite(suite, strict="--strict" in words, options=options)


def run_suite(suite: str, *, strict: bool, options: Sequence[str]) -> int:
    """Become one pytest over the suite's folders, or over the paths among `options`."""
    os.chdir(ROOT)
    paths = [] if any(_is_path(word) for word in options) else folders_of(suite)
    command = [sys.executable, "-m", "pytest", "-p", "kit_commands.programs", *options, *paths]
    return hand_over(command, {**os.environ, STRICT: "1" if strict else "0"})


def folders_of(suite: str, root: Path = ROOT) -> list[str]:
    """The test folders that exist for `quick`, `all` or one slow suite; never an empty list."""
    names = {"quick": QUICK, "all": QUICK + SLOW}.get(suite, (suite,))
    folders = [f"tests/{name}" for name in names]
    found = [folder for folder in folders if any((root / folder).rglob("test_*.py"))]
    if not found:
        raise MachineNotReady(NO_TESTS, folders=", ".join(folders))
    return found


def _is_path(word: str) -> bool:
    return word.startswith("tests") and (ROOT / word.partition("::")[0]).exists()
