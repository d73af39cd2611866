"""Checks that run beside the others: services of their own, evidence of their own."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from time import monotonic

import pytest

from labs.runner.manifest import Manifest
from labs.runner.rig import Rig
from labs.runner.stand.http import Exchange
from labs.runner.stand.stand import Stand
from labs.runner.witness import BESIDE


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """A workshop for a service that is never started."""
    made = Rig(manifest=Manifest(folder=tmp_path, web=("-",)), python="python", mails=False)
    yield made
    made.close()


def stand_made_beside(rig: Rig) -> Stand:
    """A stand as a check beside the others makes it."""
    context = copy_context()
    context.run(BESIDE.set, True)
    return context.run(rig.stand)


def ask(stand: Stand, path: str) -> None:
    """Note a request to a stand."""
    stand.http.exchanges.append(Exchange("GET", path, {}, b"", "", at=monotonic()))


def test_stands_made_at_the_same_time_share_nothing(rig: Rig) -> None:
    """Each has its own data, token and address for the form's mail."""
    with ThreadPoolExecutor(12) as threads:
        stands = list(threads.map(lambda _: rig.stand(), range(12)))
    for name in ("data", "token", "contact_to"):
        assert len({getattr(stand.setting, name) for stand in stands}) == len(stands)


@pytest.mark.parametrize("beside", [False, True])
def test_the_evidence_of_one_side_is_not_that_of_the_other(rig: Rig, beside: bool) -> None:
    """Requests that a check beside sent are not shown as those of the check that is red."""
    rig.witness.begin(monotonic(), beside=beside)
    ask(rig.stand(), "/ours")
    ask(stand_made_beside(rig), "/beside")
    seen = [exchange.url for exchange in rig.witness.exchanges()]
    assert seen == (["/beside"] if beside else ["/ours"])
