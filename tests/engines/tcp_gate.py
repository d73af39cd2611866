"""A gate on loopback before a server, the judge's own, for as long as a test needs it."""

from collections.abc import Iterator
from contextlib import contextmanager

from labs.runner.gates import Gate


@contextmanager
def gate_before(target: int) -> Iterator[Gate]:
    """An open gate before the loopback port `target`; gone after the block."""
    gate = Gate(lambda: target)
    try:
        yield gate
    finally:
        gate.close()
