"""`kit.py contract --url`: any service, in words for whoever wrote it."""

import io

import pytest

from kit_commands.contract import main
from kit_commands.errors import MachineNotReady
from kit_commands.voice import Voice
from tests.engines.children import free_port

FEW = ["--include-path", "/livez", "--phases", "fuzzing", "--no-shrink"]


def told(url: str, language: str) -> tuple[int, str]:
    """The exit code and what was said of a service, by a small part of the suite."""
    said = io.StringIO()
    code = main(["--url", url, "--key", "k", *FEW], Voice(language, said))
    return code, said.getvalue()


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_finding_has_its_operation_and_the_command_that_repeats_it(
    liar: str, language: str
) -> None:
    """Red is 1; nobody has to read Schemathesis' own report for the first findings."""
    code, said = told(liar, language)
    assert code == 1
    assert "GET /livez" in said
    assert f"curl -i -X GET {liar}/livez" in said
    assert "200: fine" in said


def test_the_languages_differ(liar: str) -> None:
    """A Spanish speaker reads Spanish."""
    assert told(liar, "es") != told(liar, "en")


def test_nobody_there_is_said_before_anything_runs() -> None:
    """A wrong address costs one sentence."""
    with pytest.raises(MachineNotReady):
        told(f"http://127.0.0.1:{free_port()}", "es")


def test_a_suite_that_cannot_run_is_no_verdict(liar: str) -> None:
    """An option that does not exist is 2, neither kept nor broken."""
    assert main(["--url", liar, "--no-such-option"], Voice("en", io.StringIO())) == 2
