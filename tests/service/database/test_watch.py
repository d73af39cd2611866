"""A watch looks once a second for all who ask, and outlives what it looks at."""

import os
import threading
from collections.abc import Callable, Iterator
from itertools import count
from time import monotonic

import pytest

from email_service.database.watch import Watch
from tests.engines.children import wait_until

Watching = Callable[[Callable[[], int]], Watch[int]]


@pytest.fixture
def watching() -> Iterator[Watching]:
    """Makes watches that look every 0.1 s, stopped after the test."""
    made: list[Watch[int]] = []

    def watch(look: Callable[[], int]) -> Watch[int]:
        made.append(Watch(look, (LookupError,), every=0.1))
        return made[-1]

    yield watch
    for watch_made in made:
        watch_made.stop()


def test_nothing_is_looked_at_before_the_first_question() -> None:
    """Making a watch starts no thread."""
    threads = threading.active_count()
    Watch(lambda: 1, ())
    assert threading.active_count() == threads


def test_the_first_question_waits_for_the_first_look(watching: Watching) -> None:
    """Who asks first gets what the first look found."""
    reading = watching(lambda: 7).latest(wait=5)
    assert reading is not None
    assert reading.value == 7


def test_a_failed_look_is_a_reading_without_value(watching: Watching) -> None:
    """A dependency that fails is reported as such, and looked at again."""
    looks = count()

    def look() -> int:
        if next(looks) == 0:
            raise LookupError
        return 1

    watch = watching(look)
    first = watch.latest(wait=5)
    assert first is not None
    assert first.value is None
    wait_until(lambda: (second := watch.latest(wait=5)) and second.value == 1)


def test_a_look_that_hangs_costs_the_wait_only(watching: Watching) -> None:
    """While the dependency says nothing, the answer is None after the wait."""
    release = threading.Event()
    watch = watching(lambda: int(release.wait(10)))
    began = monotonic()
    assert watch.latest(wait=0.2) is None
    assert monotonic() - began < 2
    release.set()


def test_an_old_reading_is_not_given_out(watching: Watching) -> None:
    """A reading older than asked for is no answer, even if it was a good one."""
    looks, release = count(), threading.Event()
    watch = watching(lambda: 1 if next(looks) == 0 else int(release.wait(10)))
    assert watch.latest(wait=5) is not None
    wait_until(lambda: watch.latest(max_age=0.01, wait=0.05) is None)
    release.set()


def test_readings_follow_one_another(watching: Watching) -> None:
    """It goes on looking, and remembers when the last look that succeeded began."""
    looks = count()
    watch = watching(lambda: next(looks))
    first = watch.latest(wait=5)
    later = watch.latest(max_age=0.05, wait=5)
    assert first is not None
    assert later is not None
    assert later.began_at >= first.began_at
    assert watch.succeeded_at >= later.began_at


def test_a_stopped_watch_starts_again_when_asked(watching: Watching) -> None:
    """Stopping ends the thread; the next question has another."""
    watch = watching(lambda: 3)
    watch.latest(wait=5)
    watch.stop()
    reading = watch.latest(wait=5)
    assert reading is not None
    assert reading.value == 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_watches_for_itself(watching: Watching) -> None:
    """A child forked from a watching parent, where no thread survives, gets answers too."""
    watch = watching(lambda: 5)
    watch.latest(wait=5)
    child = os.fork()
    if child == 0:
        reading = watch.latest(wait=5)
        os._exit(0 if reading and reading.value == 5 else 1)
    assert os.waitpid(child, 0)[1] == 0
