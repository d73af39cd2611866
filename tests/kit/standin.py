"""A stand-in part: writes its number down, then behaves as its second argument says.

polite    stops at SIGTERM and notes the order; notes SIGINT and SIGHUP if they reach it
stubborn  ignores SIGTERM
fragile   ends at once with code 3
parent    like polite, with a child of its own that outlives it
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def note(folder: Path, line: str) -> None:
    """Add one line to the notes that the test reads."""
    with (folder / "notes").open("a") as notes:
        notes.write(line + "\n")


def main(folder: Path, manner: str, name: str) -> None:
    """Behave."""
    if manner == "fragile":
        note(folder, f"{name} died")
        sys.exit(3)
    if manner == "parent":
        nap = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        note(folder, f"child {nap.pid}")

    def heard(number: int, _frame: object) -> None:
        note(folder, f"{name} {signal.Signals(number).name}")
        if number == signal.SIGTERM and manner != "stubborn":
            sys.exit(0)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, heard)
    sys.stdout.write(f"hello from {name}\n")
    note(folder, f"{name} started {os.getpid()}")
    while True:
        time.sleep(0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
