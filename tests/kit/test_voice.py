"""Two languages, colour only where it is wanted, and a terminal that may go away."""

import ast
import io
import os
import string
from pathlib import Path

import pytest

from kit_commands.voice import Text, Voice, language_of, split_language, voice_for

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "es_MX.UTF-8"}, "es"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "de_DE"}, "en"),
        ({}, "en"),
        ({"LC_ALL": "es_ES", "LANG": "en_US"}, "es"),
        ({"LC_ALL": "", "LANG": "es_ES"}, "es"),
    ],
)
def test_the_locale_chooses_the_language(environ: dict[str, str], language: str) -> None:
    """LC_ALL before LC_MESSAGES before LANG; what is not Spanish is English."""
    assert language_of(environ) == language


def test_lang_may_stand_anywhere() -> None:
    """`--lang es` and `--lang=es` are taken out of the words, before or behind the verb."""
    assert split_language(["--lang", "es", "up"]) == ("es", ["up"])
    assert split_language(["up", "--port", "1", "--lang=en"]) == ("en", ["up", "--port", "1"])
    assert split_language(["up"]) == (None, ["up"])


def test_plain_words_off_a_terminal() -> None:
    """A pipe and NO_COLOR get no escape codes."""
    assert voice_for("en", io.StringIO(), {}).paint("x", "red") == "x"
    leader, follower = os.openpty()
    with os.fdopen(leader), os.fdopen(follower, "w") as terminal:
        assert voice_for("en", terminal, {}).paint("x", "red") != "x"
        assert voice_for("en", terminal, {"NO_COLOR": "1"}).paint("x", "red") == "x"


def test_a_terminal_that_was_closed_stops_nothing() -> None:
    """Speaking into a closed stream is silence, not an error."""
    stream = io.StringIO()
    voice = Voice("en", stream)
    stream.close()
    voice.line("anybody there?")


def test_every_text_has_both_languages_and_the_same_fields() -> None:
    """No sentence is missing in one language, and none loses a value in the other."""
    texts = [text for path in (ROOT / "kit_commands").rglob("*.py") for text in texts_in(path)]
    assert len(texts) > 30
    for text in texts:
        assert text.en.strip()
        assert text.es.strip()
        assert fields(text.en) == fields(text.es), text.en


def texts_in(path: Path) -> list[Text]:
    """The constants of a module that are built as `Text(en=…, es=…)`."""
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text"
    ]
    return [
        Text(**{str(word.arg): ast.literal_eval(word.value) for word in call.keywords})
        for call in calls
    ]


def fields(template: str) -> set[str | None]:
    """The names that a template wants filled."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}
