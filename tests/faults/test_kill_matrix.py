"""A fixed part of the kill matrix: the most telling cells, with fewer mails."""

from pathlib import Path

import pytest

from tests.faults.cell import CONNECTIONS
from tests.faults.conftest import Within
from tests.faults.matrix import RECOVERY, measure

MAILS = 150
CELLS = [
    ("sender", "kill"),
    ("redis", "flush"),
    ("postgres", "kill"),
    ("web", "kill"),
    ("inbox", "cut"),
]


@pytest.mark.parametrize(("victim", "fault"), CELLS)
def test_no_mail_is_lost(tmp_path: Path, within: Within, victim: str, fault: str) -> None:
    """None lost, all captured after one replay at most, few copies, and mail flows again soon."""
    found = measure(victim, fault, MAILS, folder=tmp_path)
    assert found.backlog > MAILS // 2, "the fault came too late to prove anything"
    assert (found.lost, found.captured) == (0, MAILS)
    assert found.duplicates <= CONNECTIONS
    assert found.recovered <= within(RECOVERY)
