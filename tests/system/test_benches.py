"""The benches still run: few mails, and only what needs no other project."""

from pathlib import Path

from bench.drain import drain, filled
from bench.peers.service import dispatcher
from bench.raw import client_rate, smtplib_rate
from bench.table import Row, bars, table
from tests.engines.postgres import Postgres

MAILS = 30


def test_the_sink_counts_what_the_dispatcher_sends(postgres: Postgres, tmp_path: Path) -> None:
    """Each queued mail arrives once, over as many connections as were asked for at most."""
    peer = dispatcher(processes=1, connections=3)
    with filled(postgres, peer, MAILS) as template:
        done = drain(postgres, template, peer, MAILS, 0.0, tmp_path)
    assert (done.seen.copies, done.seen.unique) == (MAILS, MAILS)
    assert 1 <= done.seen.connections <= 3
    assert done.rate > 0


def test_a_slow_sink_slows(tmp_path: Path) -> None:
    """With 20 ms a mail, one connection cannot send more than 50 a second, and four 200."""
    assert 0 < smtplib_rate(tmp_path, 5, 0.02) < 65
    assert 0 < client_rate(tmp_path, 20, 0.02, 4) < 260


def test_ratios_are_taken_within_a_round() -> None:
    """A round in which everything was slow does not change who is how much faster."""
    base, twice = Row("base", [100, 10, 100]), Row("twice", [200, 20, 200])
    assert twice.times(base) == 2
    assert "| twice | 200 | 20-200 | 2.00 |" in table("senders", [base, twice], [base])
    assert bars([base, twice]).count("<rect") == 2
