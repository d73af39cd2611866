"""Every PostgreSQL call ends in time, whatever the network does."""

import signal
import threading
from collections.abc import Callable
from time import monotonic

import pytest
from psycopg2 import OperationalError, extensions

from email_service.database import waiting
from email_service.database.deadline import budget, deadline, limit
from email_service.database.waiting import DatabaseSilent
from labs.runner.gates import Gate

Connect = Callable[[], extensions.connection]


def ask(connection: extensions.connection, question: str = "SELECT 1") -> object:
    """The answer to one question."""
    cursor = connection.cursor()
    cursor.execute(question)
    row = cursor.fetchone()
    return row and row[0]


def seconds_until_silent(call: Callable[[], object]) -> float:
    """How long `call` took to find out that the database is silent."""
    began = monotonic()
    with pytest.raises(DatabaseSilent):
        call()
    return monotonic() - began


def test_an_answer_in_time_is_an_answer(connect: Connect, silences: list[str]) -> None:
    """A call that is answered before its deadline gives its rows and raises no alarm."""
    with deadline(5):
        assert ask(connect(), "SELECT 42") == 42
    assert silences == []


def test_a_silent_network_costs_a_statement_its_deadline(
    connect: Connect, network: Gate, silences: list[str]
) -> None:
    """A statement into a network that acknowledges and says nothing ends at its deadline."""
    connection = connect()
    network.silence()
    with deadline(0.5):
        assert 0.4 < seconds_until_silent(lambda: ask(connection)) < 3
    assert silences == ["silent"]


def test_the_connection_is_closed(connect: Connect, network: Gate) -> None:
    """After its deadline a connection is closed: an answer that comes late belongs to nobody."""
    connection = connect()
    network.silence()
    with deadline(0.2):
        seconds_until_silent(lambda: ask(connection))
    assert connection.closed


def test_connecting_has_a_deadline_too(connect: Connect, network: Gate) -> None:
    """A server that lets us in and never greets is given up at the deadline."""
    network.silence()
    with deadline(0.5):
        assert 0.4 < seconds_until_silent(connect) < 3


def test_nobody_dials_a_silent_database(connect: Connect) -> None:
    """While the database is known to be silent a new connection fails at once; a probe dials."""
    waiting.install(on_silence=lambda: None, known_silent=lambda: True)
    with pytest.raises(DatabaseSilent):
        connect()
    with budget(5):
        assert ask(connect()) == 1


def test_a_commit_has_a_deadline_too(connect: Connect, network: Gate) -> None:
    """COMMIT is a call like any other."""
    connection = connect()
    ask(connection)
    network.silence()
    with deadline(0.2):
        assert seconds_until_silent(connection.commit) < 3


def test_a_large_answer_is_bounded_as_a_whole(connect: Connect) -> None:
    """A server that keeps computing is given up at the deadline although the line is alive."""
    connection = connect()
    with deadline(0.3):
        assert seconds_until_silent(lambda: ask(connection, "SELECT pg_sleep(20)")) < 3


def test_a_refused_connection_is_no_silence(
    connect: Connect, network: Gate, silences: list[str]
) -> None:
    """A server that is plainly away fails at once, without an alarm."""
    network.refuse()
    with deadline(5), pytest.raises(OperationalError) as refusal:
        connect()
    assert not isinstance(refusal.value, DatabaseSilent)
    assert silences == []


def test_a_budget_is_shared_and_quiet(connect: Connect, network: Gate, silences: list[str]) -> None:
    """Calls under one budget end together at its end, and raise no alarm."""
    first, second = connect(), connect()
    network.silence()
    with budget(0.6):
        began = monotonic()
        seconds_until_silent(lambda: ask(first))
        seconds_until_silent(lambda: ask(second))
    assert monotonic() - began < 1.1
    assert silences == []


def test_threads_have_deadlines_of_their_own() -> None:
    """A deadline holds in its own thread; another keeps the web's 3 s."""
    seen: list[float] = []
    with deadline(30):
        thread = threading.Thread(target=lambda: seen.append(limit().ends_at - monotonic()))
        thread.start()
        thread.join()
    assert 2 < seen[0] <= 3


def test_ctrl_c_ends_a_call_at_once(connect: Connect, network: Gate) -> None:
    """Ctrl-C while waiting for a silent server leaves at once, with the connection closed."""
    connection = connect()
    network.silence()
    main = threading.main_thread().ident or 0
    interrupt = threading.Timer(0.2, signal.pthread_kill, [main, signal.SIGINT])
    interrupt.start()
    began = monotonic()
    with deadline(30), pytest.raises(KeyboardInterrupt):
        ask(connection)
    assert monotonic() - began < 5
    assert connection.closed
