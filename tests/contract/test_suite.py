"""The suite itself: what it says when it cannot run, and that it finds what is broken."""

import pytest

from contract_suite.suite import BROKEN, NOT_REACHED, hold
from tests.engines.children import free_port


def test_nobody_there_is_said_in_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    """An address where nothing answers is 2 and a sentence with the cure, no findings."""
    assert hold(f"http://127.0.0.1:{free_port()}", "key") == NOT_REACHED
    assert len(capfd.readouterr().out.splitlines()) == 1


def test_a_service_that_breaks_the_contract_is_found(
    liar: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """A service that answers 200 to everything is red, with a curl that repeats a finding."""
    few = ["--include-path", "/livez", "--phases", "fuzzing", "--no-shrink"]
    assert hold(liar, "key", options=few) == BROKEN
    assert "curl -X" in capfd.readouterr().out
