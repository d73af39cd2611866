"""What the READMEs tell a reader to type works as printed."""

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.engines.kit import Kit, StartKit
from tests.engines.service import ROOT

READMES = ["README.md", "README.es.md"]
DOCUMENTED = "http://127.0.0.1:8002"


@pytest.fixture(scope="module")
def kit(start_kit: StartKit) -> Kit:
    """The kit that the curls talk to."""
    return start_kit()


def text_of(readme: str) -> str:
    """The README, its continued lines joined."""
    return (ROOT / readme).read_text(encoding="utf-8").replace("\\\n", " ")


def curls(readme: str) -> list[str]:
    """The curl commands, in their order."""
    return [line.strip() for line in text_of(readme).splitlines() if line.startswith("    curl ")]


def python_commands(readme: str) -> set[str]:
    """The `kit.py` and `manage.py` commands, down to their verb."""
    return set(re.findall(r"(?:python3?|py) (kit\.py \w+|manage\.py \w+)", text_of(readme)))


def test_both_languages_show_the_same_commands() -> None:
    """A reader of either language is shown the same calls."""
    english, spanish = READMES
    assert curls(english) == curls(spanish)
    assert python_commands(english) == python_commands(spanish)


@pytest.mark.parametrize("readme", READMES)
def test_the_curls_are_accepted(kit: Kit, readme: str, tmp_path: Path) -> None:
    """Each curl, pasted into bash, is answered `queued`."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "service.key").write_text(kit.key)
    for command in curls(readme):
        pasted = ["bash", "-c", command.replace(DOCUMENTED, kit.url)]
        answer = subprocess.run(pasted, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert '"status":"queued"' in answer.stdout
    assert len(curls(readme)) >= 2


@pytest.mark.parametrize("readme", READMES)
def test_the_python_commands_exist(readme: str) -> None:
    """Every verb of `kit.py` and `manage.py` that is named answers to --help."""
    commands = python_commands(readme)
    assert {"kit.py up", "kit.py test", "kit.py contract", "manage.py deliver"} <= commands
    for command in sorted(commands):
        words = [sys.executable, *command.split(), "--help"]
        subprocess.run(words, cwd=ROOT, capture_output=True, check=True)


def test_the_docs_are_where_the_readme_says(kit: Kit) -> None:
    """The browsable docs and the health endpoints answer."""
    for path in ("/api/docs/", "/healthz", "/readyz"):
        assert httpx.get(kit.url + path, trust_env=False).status_code == 200
