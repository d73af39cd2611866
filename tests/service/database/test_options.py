"""How long who waits: web requests, dispatchers, and the sessions on the server."""

import subprocess
import sys

import psycopg2
import pytest

from email_service.database.options import database
from tests.engines.postgres import Postgres
from tests.engines.service import ROOT, environment

PATIENT = """
import django; django.setup()
from time import monotonic
from django.db import connection
from email_service.database.deadline import be_patient, limit
be_patient()
print(round(limit().ends_at - monotonic()), connection.settings_dict["OPTIONS"].get("timeout"))
"""


def test_a_slow_statement_is_refused_by_the_server_first(postgres: Postgres) -> None:
    """The session's own limit lies under the client's 3 s: being slow closes no gate."""
    options = database(postgres.url)["OPTIONS"]
    connection = psycopg2.connect(postgres.url, **options)
    cursor = connection.cursor()
    shown = {}
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        cursor.execute(f"SHOW {name}")
        shown[name] = (cursor.fetchone() or [None])[0]
    connection.close()
    assert shown == {
        "statement_timeout": "2500ms",
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "5s",
    }


@pytest.mark.parametrize("url", ["sqlite:///x.sqlite3", "sqlite:////tmp/x.sqlite3"])
def test_sqlite_waits_three_seconds_for_its_one_writer(
    url: str, tmp_path: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A web request waits 3 s for the lock, and takes it at BEGIN."""
    monkeypatch.chdir(str(tmp_path))
    options = database(url)["OPTIONS"]
    assert (options["timeout"], options["transaction_mode"]) == (3, "IMMEDIATE")


def test_a_dispatcher_waits_longer() -> None:
    """After `be_patient` a call has 10 s, and SQLite's lock is waited for 20 s."""
    said = subprocess.run(
        [sys.executable, "-c", PATIENT],
        cwd=ROOT,
        env=environment("sqlite:///var/tests.sqlite3")
        | {"DJANGO_SETTINGS_MODULE": "email_service.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["10", "20"]
