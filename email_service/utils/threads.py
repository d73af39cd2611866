"""How the threads of a process share its interpreter, which runs one of them at a time."""

import os
import sys
from pathlib import Path

# Seconds for which a thread may keep the interpreter while others want it. Python's own 5 ms are
# longer than a request, and longer than PostgreSQL takes to commit a group of mails.
_TURN = 0.0005


def stay_on_one_core() -> int | None:
    """Keep this thread, and those it will start, on the core it runs on; the core's number.

    Left alone, the kernel spreads the threads over the cores. Then every turn fetches what the
    last one touched from another core's cache, several times a request: eight threads accepted
    half of what they accept on one core (docs/benchmarks.md).

    None where that cannot be done (Linux can, if it is not forbidden) or would not help (no lock
    on the interpreter, PEP 703). Call it before any other thread is started.
    """
    if not hasattr(os, "sched_setaffinity") or not _takes_turns():
        return None
    try:
        core = _current_core()
        os.sched_setaffinity(0, {core})
    except OSError:
        return None
    return core


def take_short_turns() -> None:
    """Have threads hand the interpreter on sooner."""
    sys.setswitchinterval(_TURN)


def _takes_turns() -> bool:
    """Whether this Python runs one thread at a time."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())


def _current_core() -> int:
    """The core that the kernel found free for us: field 39 of proc_pid_stat(5)."""
    after_the_name = Path("/proc/thread-self/stat").read_text(encoding="utf-8").rpartition(")")[2]
    return int(after_the_name.split()[36])
