"""The known mistakes: edits that can be made where they belong, each with a hint of its own."""

import string
from collections import Counter
from pathlib import Path
from textwrap import dedent

import pytest

from labs.runner.guides.errors import AnchorMissed, GuideWrong
from labs.runner.guides.mistakes import FILE, Mistake, all_mistakes, inject, load_mistakes
from labs.runner.guides.solution import LABS, build, stages
from labs.runner.texts.complaints import lonely_marks, other_words
from labs.runner.texts.markdown import parse

MISTAKES = all_mistakes(LABS)
IDS = [mistake.id for mistake in MISTAKES]
LAST = stages()[-1]
ALMOST = {"es": "asi siempre", "en": "almost always"}

one_by_one = pytest.mark.parametrize("mistake", MISTAKES, ids=IDS)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this run keeps the solutions it built."""
    return tmp_path_factory.mktemp("solutions")


def mistakes_in(tmp_path: Path, toml: str) -> tuple[Mistake, ...]:
    """The mistakes of a file written in a test."""
    path = tmp_path / "00-start" / FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text(dedent(toml), encoding="utf-8")
    return load_mistakes(path)


# -- the course's own -------------------------------------------------------------------------


def test_ids_are_unique_over_the_course() -> None:
    """A hint's id names one mistake and no other."""
    assert [name for name, times in Counter(IDS).items() if times > 1] == []


def test_every_stage_has_mistakes() -> None:
    """No stage goes unproved."""
    assert {mistake.stage for mistake in MISTAKES} == set(stages())


@one_by_one
def test_it_can_be_made_at_its_own_stage(mistake: Mistake, cache: Path, tmp_path: Path) -> None:
    """Its edits find their text exactly once, and leave Python that compiles."""
    folder = build(mistake.stage, tmp_path / "solution", cache=cache)
    inject(mistake, folder)
    _must_compile(folder)


@one_by_one
def test_it_can_be_made_in_the_last_solution(mistake: Mistake, cache: Path, tmp_path: Path) -> None:
    """The same in the final solution, unless a reason is given."""
    if mistake.not_in_last:
        assert len(mistake.not_in_last.split()) > 3
        return
    folder = build(LAST, tmp_path / "solution", cache=cache)
    inject(mistake, folder, last=True)
    _must_compile(folder)


def test_at_most_one_in_ten_is_not_in_the_last_solution() -> None:
    """A mistake of an early stage is still a mistake at the end."""
    left_out = [mistake.id for mistake in MISTAKES if mistake.not_in_last]
    assert len(left_out) <= len(MISTAKES) / 10


@one_by_one
def test_its_hint_says_what_was_seen_first(mistake: Mistake) -> None:
    """Evidence, then what it almost always is; both languages use exactly the places declared."""
    for language, text in (("es", mistake.hint.es), ("en", mistake.hint.en)):
        seen, _, cause = text.partition(ALMOST[language])
        assert len(seen) > 20
        assert len(cause) > 20
        assert _places(text) == set(mistake.params)


@one_by_one
def test_its_hint_reads_well(mistake: Mistake) -> None:
    """One word per concept; in Spanish, marks in pairs."""
    spanish, english = parse(mistake.hint.es), parse(mistake.hint.en)
    assert lonely_marks(spanish) == []
    assert other_words(spanish, "es") == []
    assert other_words(english, "en") == []


# -- the reader -------------------------------------------------------------------------------

GOOD = """
    [[mistake]]
    id = "a"
    check = "listens"
    hint.es = "Se vio. Casi siempre es eso."
    hint.en = "It was seen. This is almost always that."
"""


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (GOOD, "id, check and edit are needed"),
        (GOOD + '[[mistake.edit]]\nfile = "a"\n', "replace and with, or delete, or new"),
        (GOOD + '[[mistake.edit]]\nfile = "../a"\nnew = ""\n', "inside the folder"),
        (GOOD.replace("hint.es", "hint.fr") + '[[mistake.edit]]\nfile = "a"\nnew = ""\n', "hint"),
        (GOOD + 'needs = "luck"\n[[mistake.edit]]\nfile = "a"\nnew = ""\n', "needs is one of"),
        (GOOD + 'cheque = "x"\n[[mistake.edit]]\nfile = "a"\nnew = ""\n', "unknown keys"),
        ("[[mistake]\n", "mistakes.toml"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, toml: str, said: str) -> None:
    """What cannot be read says which mistake and why."""
    with pytest.raises(GuideWrong, match=said):
        mistakes_in(tmp_path, dedent(toml))


@pytest.mark.parametrize("times", [0, 2])
def test_replaced_text_stands_once(tmp_path: Path, times: int) -> None:
    """An edit that fits nowhere or twice is an error with file and line."""
    edit = '[[mistake.edit]]\nfile = "a.py"\nreplace = "x"\nwith = "y"\n'
    (mistake,) = mistakes_in(tmp_path, dedent(GOOD) + edit)
    (tmp_path / "a.py").write_text("x" * times, encoding="utf-8")
    with pytest.raises(AnchorMissed, match=rf"line 3: this text stands {times} times in a\.py"):
        inject(mistake, tmp_path)


def test_every_form_of_edit(tmp_path: Path) -> None:
    """Replace, new and delete; `edit_last` takes their place in the last solution."""
    edits = """
        [[mistake.edit]]
        file = "a.py"
        replace = "one\\ntwo"
        with = "three"

        [[mistake.edit]]
        file = "new/b.py"
        new = "b"

        [[mistake.edit]]
        file = "c.py"
        delete = true

        [[mistake.edit_last]]
        file = "a.py"
        replace = "one"
        with = "last"
    """
    (mistake,) = mistakes_in(tmp_path, dedent(GOOD) + dedent(edits))
    (tmp_path / "a.py").write_bytes(b"one\r\ntwo\r\n")
    (tmp_path / "c.py").write_bytes(b"")
    inject(mistake, tmp_path, last=True)
    assert (tmp_path / "a.py").read_bytes() == b"last\r\ntwo\r\n"
    (tmp_path / "a.py").write_bytes(b"one\r\ntwo\r\n")
    inject(mistake, tmp_path)
    assert (tmp_path / "a.py").read_bytes() == b"three\r\n"
    assert (tmp_path / "new" / "b.py").read_bytes() == b"b"
    assert not (tmp_path / "c.py").exists()


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _must_compile(folder: Path) -> None:
    for path in folder.rglob("*.py"):
        compile(path.read_text(encoding="utf-8"), str(path), "exec")
