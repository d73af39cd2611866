"""Ending with the parent: its death closes our standard input on every system."""

import asyncio
import ctypes
import os
import signal
import sys
import threading

_PR_SET_PDEATHSIG = 1


def stop_with_stdin(stop: asyncio.Event) -> None:
    """Set `stop` once the standard input ends; on Linux the kernel signals us as well."""
    loop = asyncio.get_running_loop()
    die_with_parent()

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        try:
            loop.call_soon_threadsafe(stop.set)
        except RuntimeError:
            return  # the loop has ended before the input did

    threading.Thread(target=watch, name="mock_smtp lifeline", daemon=True).start()


def die_with_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """On Linux, have the kernel signal us when the parent dies; elsewhere do nothing.

    The kernel means the thread that started us: start an inbox from one that lives on.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)
