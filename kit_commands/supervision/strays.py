"""Descendants that nobody waits for: a part that is killed may leave children of its own behind.

On Linux the kit takes them over (PR_SET_CHILD_SUBREAPER) instead of leaving them to init, so it can
end them with the rest. Elsewhere parts end their own children when their input ends.
"""

import contextlib
import ctypes
import os
import sys
from collections.abc import Collection

import psutil  # type: ignore[import-untyped] # it ships no types

PR_SET_CHILD_SUBREAPER = 36


def adopt_strays() -> None:
    """From now on orphaned descendants become our children."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_strays(ours: Collection[int | None]) -> None:
    """Bury adopted children that ended; those in `ours` are waited for by their keepers."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(ChildProcessError):
        ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is not None and ended.si_pid not in ours:
            os.waitpid(ended.si_pid, 0)


def kill_strays() -> None:
    """End every descendant that is left and wait for it."""
    left = psutil.Process().children(recursive=True)
    for stray in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            stray.kill()
    psutil.wait_procs(left, timeout=5.0)
