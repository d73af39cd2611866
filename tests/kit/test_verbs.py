"""Words typed behind kit.py find their verb, or the list of verbs; outcomes find their code."""

import importlib
import io

import pytest

from kit_commands.entry import enter, outcome
from kit_commands.errors import MachineNotReady, WrongCommand
from kit_commands.verbs import VERBS, Verb, verb_named
from kit_commands.voice import Text, Voice


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.english)
def test_every_verb_answers_to_both_names_and_has_its_module(verb: Verb) -> None:
    """One row, one module with `main(arguments, voice)`, two names."""
    assert verb_named(verb.english) is verb_named(verb.spanish) is verb
    assert verb_named("guía").english == "guide"
    assert callable(importlib.import_module(verb.path).main)


def test_an_unknown_verb_names_the_nearest_and_all() -> None:
    """A typing mistake costs one look."""
    with pytest.raises(WrongCommand) as raised:
        verb_named("tets")
    assert "test" in str(raised.value.fields["nearest"])
    assert str(raised.value.fields["verbs"]).split(", ") == [verb.english for verb in VERBS]


def test_a_word_like_no_verb_gets_the_list_alone() -> None:
    """No guess is better than a silly one."""
    with pytest.raises(WrongCommand) as raised:
        verb_named("xyzzy")
    assert raised.value.fields["nearest"] == ""


@pytest.mark.parametrize("words", [[], ["help"], ["ayuda"], ["--help"], ["--lang", "es"]])
def test_asking_for_help_is_no_mistake(words: list[str]) -> None:
    """0, and nothing was installed for it."""
    assert enter(words) == 0


@pytest.mark.parametrize("words", [["fly"], ["up", "--lang", "de"], ["up", "--lang"]])
def test_a_wrong_command_exits_with_2(words: list[str]) -> None:
    """2 is the usage; 1 stays for red."""
    assert enter(words) == 2


@pytest.mark.parametrize(
    ("error", "code", "lines"),
    [
        (MachineNotReady(Text(en="a {what}", es="un {what}"), what="cure"), 2, 1),
        (KeyboardInterrupt(), 130, 0),
    ],
)
def test_what_ends_a_command_is_told_in_a_line(error: BaseException, code: int, lines: int) -> None:
    """A cure is one line; an interruption needs none."""
    said = io.StringIO()

    def run() -> int:
        raise error

    assert outcome(run, Voice("es", said)) == code
    assert said.getvalue().count("\n") == lines


def test_a_bug_of_ours_is_not_red() -> None:
    """An unexpected error shows its traceback and exits with 2."""
    said = io.StringIO()
    assert outcome(lambda: 1 // 0, Voice("en", said)) == 2
    assert "ZeroDivisionError" in said.getvalue()
