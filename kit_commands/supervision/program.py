"""`python -m kit_commands.supervision.program WORD …`: a part that is no Python program.

On Linux it becomes that program, whose life the kernel then binds to ours (see `child`).
Elsewhere it stays beside it, and ends it when it is told to stop.
"""

import os
import signal
import subprocess
import sys


def main(command: list[str]) -> None:
    """Run `command` in our place."""
    if sys.platform == "linux":
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    program = subprocess.Popen(command)  # noqa: S603 - built by the kit
    signal.signal(signal.SIGTERM, lambda *_: program.terminate())
    sys.exit(program.wait())


if __name__ == "__main__":
    main(sys.argv[1:])
