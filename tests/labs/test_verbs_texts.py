"""What the verbs say: both languages with the same fields, help for each, one screen of verbs."""

import ast
import io
from pathlib import Path
from typing import TypeGuard

import pytest

from kit_commands.help import show_help
from kit_commands.verbs import VERBS, Verb
from kit_commands.voice import Text, Voice
from labs.runner.manifest import read_manifest
from labs.verbs.start import STACKS, template
from tests.kit.test_voice import fields
from tests.labs.conftest import Kit

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("labs/verbs", "labs/runner/report", "labs/runner/installing.py")
LABS_VERBS = [verb for verb in VERBS if verb.path.startswith("labs.")]


def test_every_text_has_both_languages_and_the_same_fields() -> None:
    """No sentence is missing in one language, and none loses a value in the other."""
    files = [path for name in PACKAGES for path in python_files(ROOT / name)]
    texts = [text for path in files for text in texts_in(path)]
    assert len(texts) > 100
    for text in texts:
        assert bool(text.en.strip()) == bool(text.es.strip())
        assert fields(text.en) == fields(text.es), text.en


def texts_in(path: Path) -> list[Text]:
    """The texts of a module that are written there, not read from elsewhere."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if _is_text(node)]
    return [
        Text(**{str(word.arg): ast.literal_eval(word.value) for word in call.keywords})
        for call in calls
    ]


def _is_text(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Text"
        and all(isinstance(word.value, ast.Constant) for word in node.keywords)
    )


def python_files(path: Path) -> list[Path]:
    """The file, or those of the folder."""
    return [path] if path.is_file() else list(path.rglob("*.py"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_verbs_fit_on_one_screen(language: str) -> None:
    """24 lines with the prompt, 80 columns."""
    said = io.StringIO()
    show_help(Voice(language, said))
    lines = said.getvalue().splitlines()
    assert len(lines) <= 23
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("verb", LABS_VERBS, ids=lambda verb: verb.english)
def test_each_verb_explains_itself(kit: Kit, verb: Verb) -> None:
    """By both names, in both languages, with 0; nothing is begun."""
    english = kit(verb.english, "--help")
    spanish = kit(verb.spanish, "--help", language="es")
    assert english.code == spanish.code == 0
    assert english.out != spanish.out
    assert not (kit.home / ".labs").exists()


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_service_toml_of_start_can_be_read(stack: str, language: str, tmp_path: Path) -> None:
    """Commented or not, and each commented line becomes valid when it is needed."""
    text = template(stack, language)
    (tmp_path / "service.toml").write_text(text, encoding="utf-8")
    assert read_manifest(tmp_path).web
    wanted = [
        line[2:]
        for line in text.splitlines()
        if line.startswith(("# migrate", "# [", "# worker", "# DB_", "# kind"))
    ]
    (tmp_path / "service.toml").write_text("\n".join([text, *wanted]), encoding="utf-8")
    manifest = read_manifest(tmp_path)
    assert manifest.database == "postgres"
    assert manifest.processes.keys() == {"worker"}
