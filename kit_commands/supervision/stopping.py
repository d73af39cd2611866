"""The wish to stop: Ctrl-C, SIGTERM or a closed terminal, looked at everywhere else."""

import signal
import time
from types import FrameType


class Stopping:
    """`wanted` once anybody asked to stop; `hurry` once Ctrl-C was pressed again.

    Plain flags: an Event set by a handler can meet its own lock held by the code it interrupted.
    """

    def __init__(self) -> None:
        self.wanted = False
        self.hurry = False

    def listen(self) -> None:
        """Take over the signals of this program; call it from the main thread."""
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            number = getattr(signal, name, None)
            if number is not None and not _kept_for_nohup(name, number):
                signal.signal(number, self._heard)

    def wait(self, seconds: float) -> bool:
        """Let `seconds` pass unless a stop is wanted already; whether it is."""
        if not self.wanted:
            time.sleep(seconds)
        return self.wanted

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        self.hurry = self.hurry or (self.wanted and number == signal.SIGINT)
        self.wanted = True


def _kept_for_nohup(name: str, number: int) -> bool:
    """Whether the user started us under nohup, to outlive the terminal."""
    return name == "SIGHUP" and signal.getsignal(number) == signal.SIG_IGN
