"""A session that answered a moment ago is not looked at again; any other is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from django.db import connection

from email_service.database import recent, waiting

Connect = Callable[[], psycopg2.extensions.connection]


def test_an_answer_counts_for_its_thread(connect: Connect) -> None:
    """Sessions belong to threads: what one heard says nothing about another's."""
    connect().cursor().execute("SELECT 1")
    with ThreadPoolExecutor(1) as other:
        assert not other.submit(waiting.answered_within, 60).result()
    assert waiting.answered_within(60)
    assert not waiting.answered_within(0)


@pytest.mark.parametrize("answered", [True, False])
def test_only_a_recent_session_is_trusted(monkeypatch: pytest.MonkeyPatch, answered: bool) -> None:
    """Django's own look is left out, or not."""
    monkeypatch.setattr(waiting, "answered_within", lambda _seconds: answered)
    connection.health_check_done = False
    recent.trust_recent_session()
    assert connection.health_check_done is answered
