"""Waiting for a condition, for tests."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def wait_until(
    condition: Callable[[], Result | None], *, timeout: float = 10, pause: float = 0.02
) -> Result:
    """The first value of a condition that is neither None nor empty; raises TimeoutError."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= end:
            raise TimeoutError(f"The condition did not hold within {timeout:g} s.")
        time.sleep(pause)
