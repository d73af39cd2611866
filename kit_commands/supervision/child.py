"""The launcher of a part: `python -m kit_commands.supervision.child PARENT python -m module …`.

The part dies with its parent whatever kills it: on Linux the kernel sees to it (PR_SET_PDEATHSIG,
which survives exec and fires when the *thread* that forked ends: fork from the main thread);
elsewhere a thread waits for the end of standard input, a pipe whose other end only the parent has.
Ctrl-C and a closed terminal reach every program of the terminal at once; here both are blocked, so
that the parent alone decides who stops when.
"""

import ctypes
import os
import runpy
import signal
import sys
import threading
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
LAST_SECONDS = 5.0
"""How long a part without PDEATHSIG may still take to end by itself."""


def main(parent: int, command: list[str]) -> None:
    """Become `command`, bound to the life of `parent`."""
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    if sys.platform == "linux":
        _die_with(parent)
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    threading.Thread(target=_end_with_input, daemon=True).start()
    _run_here(command[1:])


def _die_with(parent: int) -> None:
    """Let the kernel kill us when our parent's thread ends, or end now if that is past."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def _end_with_input() -> None:
    while os.read(0, 4096):
        pass
    import _thread

    _thread.interrupt_main(signal.SIGTERM)  # runs the part's own SIGTERM handler where it has one
    time.sleep(LAST_SECONDS)
    os._exit(1)


def _run_here(words: list[str]) -> None:
    """Run `-m module …` or `script …` in this interpreter, as if it had been started so."""
    if words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        sys.path.insert(0, str(Path(words[0]).resolve().parent))
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
