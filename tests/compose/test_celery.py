"""The form with Celery, from nothing: a mail arrives, and whoever is killed takes no mail along."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kit_commands.programs import require_program
from mock_smtp.client import wait_until
from tests.compose.asking import labs_are_green, post, settle, the_briefs_curl_becomes_a_mail
from tests.compose.stack import Stack

MAILS = 100
HALF = MAILS // 2
# Slow enough that some mails are always on their way when the kill comes.
SECONDS_A_MAIL = 0.2
# Two tasks at once with four SMTP connections each: a kill repeats one mail a connection at most.
CONNECTIONS = 8


def test_the_briefs_curl_becomes_a_mail(celery: Stack) -> None:
    """The first thing a reader tries."""
    require_program("curl", cure="apt-get install curl")
    the_briefs_curl_becomes_a_mail(celery)


def test_the_labs_checks_are_green(celery: Stack, tmp_path: Path) -> None:
    """The judge finds nothing wrong with what it can observe."""
    labs_are_green(celery, tmp_path)


@pytest.mark.parametrize("victim", ["worker", "redis", "db"])
def test_kill_nine(celery: Stack, victim: str) -> None:
    """Killed amid a hundred mails, half of them yet to come: each arrives, hardly any twice."""
    celery.inbox.reset()
    celery.inbox.add_fault("data", "delay", seconds=SECONDS_A_MAIL, times=0)
    ids = post(celery, HALF)
    wait_until(lambda: len(celery.copies()) >= HALF // 10, timeout=60)
    celery.compose("kill", "--signal", "KILL", victim)
    with ThreadPoolExecutor(1) as thread:
        posting = thread.submit(post, celery, HALF)
        assert len(celery.copies()) < HALF, "the kill came too late to prove anything"
        celery.compose("start", victim)
        ids += posting.result()
    settle(celery)
    copies = celery.copies()
    assert set(copies) == set(ids)
    assert copies.total() - MAILS <= CONNECTIONS
