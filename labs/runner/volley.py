"""Equal requests at the same time, made to meet at the database, and what they may be answered."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic, sleep

from labs.runner.asking import shown
from labs.runner.stand.http import Answer
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import NoAnswer, Red

HELD = 0.3
"""Seconds for which the write lock is held: enough for every request to reach it."""


def volley(service: Stand, post: Callable[[], Answer], *, count: int) -> list[Answer]:
    """The answers to `count` equal requests begun under a held lock, if they came."""
    go = Event()

    def wait_and_post(_: int) -> Answer | None:
        go.wait()
        try:
            return post()
        except NoAnswer:
            return None

    with ThreadPoolExecutor(count) as pool:
        waiting = [pool.submit(wait_and_post, number) for number in range(count)]
        with service.tables.locked():
            go.set()
            sleep(HELD)  # the lock is the fault, and this is how long it lasts
        answers = [one.result() for one in waiting]
    return [answer for answer in answers if answer is not None]


def answered_volley(
    service: Stand, twin: Callable[[str], Callable[[], Answer]], marker: str, *, count: int
) -> list[Answer]:
    """As `volley`; Red unless each got the one 2xx, or was told to come again.

    `twin` makes the request of one marker.
    """
    begun = monotonic()
    answers = volley(service, twin(marker), count=count)
    if len(answers) < count:
        raise Red(label="-", seen="∅")
    failed = [answer for answer in answers if answer.fails and answer.status != 503]
    if failed:
        alone = twin(marker[::-1])  # another request, by a marker of its own
        hint = "locked-db" if _was_locked(service, failed, alone, begun) else None
        raise Red(hint, label=str(count), **shown(failed[0], seen=told(answers)))
    bodies = {str(answer.json) for answer in answers if answer.ok}
    refused = {answer.status for answer in answers if not answer.ok} - {409, 429, 503}
    if len(bodies) > 1 or refused:
        raise Red(label=str(count), seen=told(answers))
    return answers


def told(answers: list[Answer]) -> str:
    """How often each code was answered."""
    counted = Counter(answer.status for answer in answers)
    return ", ".join(f"{count} × {status}" for status, count in sorted(counted.items()))


def _was_locked(
    service: Stand, failed: list[Answer], alone: Callable[[], Answer], begun: float
) -> bool:
    """Whether the lock is why: something says so, or a request alone fails under it too."""
    words = [answer.text for answer in failed] + service.all_lines(since=begun)
    if any("locked" in text.lower() for text in words):
        return True
    return any(answer.fails for answer in volley(service, alone, count=1))
