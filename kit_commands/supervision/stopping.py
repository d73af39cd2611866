"""The wish to stop: set by Ctrl-C, SIGTERM or a closed terminal, looked at everywhere else."""

import signal
import threading
from types import FrameType


class Stopping:
    """`wanted` once anybody asked to stop; `hurry` once Ctrl-C was pressed again."""

    def __init__(self) -> None:
        self.wanted = threading.Event()
        self.hurry = threading.Event()

    def listen(self) -> None:
        """Take over the signals of this program; call it from the main thread."""
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            number = getattr(signal, name, None)
            if number is not None and not _kept_for_nohup(name, number):
                signal.signal(number, self._heard)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if self.wanted.is_set() and number == signal.SIGINT:
            self.hurry.set()
        self.wanted.set()


def _kept_for_nohup(name: str, number: int) -> bool:
    """Whether the user started us under nohup, to outlive the terminal."""
    return name == "SIGHUP" and signal.getsignal(number) == signal.SIG_IGN
