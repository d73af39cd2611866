"""`hints.toml`: complete, alike in both languages, in the course's own words."""

import shutil
from pathlib import Path

import pytest

from labs.runner.course import Stage, load_course
from labs.runner.texts.complaints import lonely_marks, other_words
from labs.runner.texts.markdown import parse
from labs.runner.texts.spelling import misspelt
from labs.verbs.graded import FILE, STEPS, all_graded

STAGES = load_course().stages
LONGEST = 220
"""Characters of one step: three lines of a terminal."""
by_stage = pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)


@by_stage
def test_every_check_has_its_three_steps_in_both_languages(stage: Stage) -> None:
    """No check without hints, and no hints of a check that is gone."""
    graded = all_graded(stage.number)
    assert graded.keys() == {check.id for check in stage.checks}
    for steps in graded.values():
        assert tuple(steps) == STEPS
        for text in steps.values():
            assert text.en.strip()
            assert text.es.strip()
            assert max(len(text.en), len(text.es)) <= LONGEST


@by_stage
def test_code_is_the_same_in_both_languages(stage: Stage) -> None:
    """What stands in backticks is no word to translate."""
    for check, steps in all_graded(stage.number).items():
        for text in (steps["concept"], steps["place"]):
            assert sorted(text.en.split("`")[1::2]) == sorted(text.es.split("`")[1::2]), check


@by_stage
@pytest.mark.parametrize("language", ["en", "es"])
def test_hints_use_the_words_of_the_course(stage: Stage, language: str) -> None:
    """One word per concept, marks in pairs; sketches are code."""
    text = parse(words_of(stage, language), stage.folder / FILE)
    assert other_words(text, language) == []
    assert language == "en" or lonely_marks(text) == []


@by_stage
def test_hints_are_spelt_right(stage: Stage) -> None:
    """Spanish by hunspell, where it is installed; sketches are code."""
    program = shutil.which("hunspell")
    if program is None:
        pytest.skip("no hunspell here")
    text = parse(words_of(stage, "es"), Path(stage.name) / FILE)
    assert misspelt(text, program) == []


def words_of(stage: Stage, language: str) -> str:
    """The ideas and places of a stage, a line each."""
    steps = all_graded(stage.number).values()
    return "\n".join(getattr(one[step], language) for one in steps for step in ("concept", "place"))
