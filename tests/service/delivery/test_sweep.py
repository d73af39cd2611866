"""The sweep of the form with Celery: it outlives its database, and wakes workers all the same."""

import pytest
from django.db import InterfaceError, OperationalError

from email_service.notifications import dispatch


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_away_ends_no_sweep(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """A round without a database raises nothing and still sends its wake-up."""
    woken: list[str] = []

    def rescue() -> list[object]:
        raise error("the server closed the connection")

    monkeypatch.setattr(dispatch, "rescue", rescue)
    monkeypatch.setattr(dispatch, "_wake", lambda: woken.append("workers"))
    dispatch._sweep()
    assert woken == ["workers"]
