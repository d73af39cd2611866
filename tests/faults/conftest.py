"""Stands for the tests, and how slow this machine is."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from labs.runner.machine import measure_factor
from tests.faults.stand import Stand, stand

StartStand = Callable[..., Stand]


@pytest.fixture(scope="session")
def factor() -> float:
    """What a promised time limit is multiplied by on this machine: 1 to 4."""
    return measure_factor()


@pytest.fixture(scope="module")
def start_stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartStand]:
    """Starts stands for the rest of the module: `start_stand(celery=True, EMAIL_TIMEOUT="3")`."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(
            stand(tmp_path_factory.mktemp("stand"), **options)
        )
