"""Waiting for a condition, never for an amount of time."""

from collections.abc import Callable
from time import monotonic, sleep

TURN = 0.04


def wait_until(condition: Callable[[], object], seconds: float) -> bool:
    """Whether `condition()` came true within `seconds`."""
    give_up = monotonic() + seconds
    while not condition():
        if monotonic() > give_up:
            return False
        sleep(TURN)
    return True
