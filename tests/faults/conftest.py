"""Stands for the tests, and how slow this machine is."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from labs.runner.machine import measure_factor
from tests.faults.stand import Stand, stand

StartStand = Callable[..., Stand]
Within = Callable[[float], float]


@pytest.fixture
def within() -> Within:
    """`within(1.5)`: a promised limit of 1.5 s, as long as this machine may take for it.

    The machine is measured before the test and when the limit is asked for: the slower counts.
    """
    before = measure_factor()
    return lambda seconds: seconds * max(before, measure_factor())


@pytest.fixture(scope="module")
def start_stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartStand]:
    """Starts stands for the rest of the module: `start_stand(celery=True, EMAIL_TIMEOUT="3")`."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(
            stand(tmp_path_factory.mktemp("stand"), **options)
        )


@pytest.fixture(name="stand")
def whole_again(shared: Stand) -> Iterator[Stand]:
    """The stand that a module calls `shared`, whole again after each test."""
    yield shared
    shared.make_whole()
