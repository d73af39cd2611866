"""Once the database fell silent nobody waits for it until a probe that began later succeeds."""

import threading
from collections.abc import Iterator

import pytest

from email_service.database.gate import Gate
from email_service.database.watch import Watch
from tests.engines.children import wait_until


class Probe:
    """A probe whose outcome the test decides; `asked` counts the looks."""

    def __init__(self) -> None:
        self.answering = True
        self.asked = 0
        self.watch = Watch(self._look, (LookupError,), every=0.05)

    def _look(self) -> int:
        self.asked += 1
        if not self.answering:
            raise LookupError
        return 0


@pytest.fixture
def probe() -> Iterator[Probe]:
    """A probe that runs in its own thread, as the real one."""
    made = Probe()
    yield made
    made.watch.stop()


def test_a_gate_begins_open(probe: Probe) -> None:
    """Without an alarm nobody is sent away, and nothing is probed."""
    assert not Gate(probe.watch).closed()
    assert probe.asked == 0


def test_an_alarm_closes_it_until_a_probe_succeeds(probe: Probe) -> None:
    """It stays closed while probes fail and opens by itself when one succeeds."""
    gate, probe.answering = Gate(probe.watch), False
    gate.close()
    wait_until(lambda: probe.asked > 3)
    assert gate.closed()
    probe.answering = True
    wait_until(lambda: not gate.closed())


def test_a_success_from_before_the_alarm_does_not_count(probe: Probe) -> None:
    """A probe that succeeded before the database fell silent opens nothing."""
    gate = Gate(probe.watch)
    probe.watch.latest(wait=5)
    probe.answering = False
    wait_until(lambda: probe.watch.latest(wait=1).value is None)  # type: ignore[union-attr]
    gate.close()
    assert gate.closed()


def test_a_later_failure_of_the_probe_does_not_close_it(probe: Probe) -> None:
    """Only a caller's deadline closes the gate: a probe that fails says so in /healthz."""
    gate = Gate(probe.watch)
    gate.close()
    wait_until(lambda: not gate.closed())
    probe.answering = False
    asked = probe.asked
    wait_until(lambda: probe.asked > asked + 1)
    assert not gate.closed()


def test_connections_from_before_the_silence_are_dropped(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each thread leaves its old connections once per silence, and no oftener."""
    dropped: list[int] = []
    monkeypatch.setattr(
        "email_service.database.gate.connections.close_all",
        lambda: dropped.append(threading.get_ident()),
    )
    gate = Gate(probe.watch)
    gate.drop_stale_connections()
    gate.close()
    gate.drop_stale_connections()
    gate.drop_stale_connections()
    assert dropped.count(threading.get_ident()) == 1
