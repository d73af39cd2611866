"""The guides build the solutions: blocks that can be carried out, alike in both languages."""

import re
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from kit_commands.programs import require_program
from labs.runner.guides.blocks import Change, Delete, Result, Run, WriteFile, meaning
from labs.runner.guides.carry_out import carry_out
from labs.runner.guides.errors import AnchorMissed, CommandFailed, GuideWrong
from labs.runner.guides.parse import parse_guide, read_guide
from labs.runner.guides.results import HEADINGS, LANGUAGES, with_results
from labs.runner.guides.solution import LABS, build, cached, stages
from labs.runner.guides.student import apply
from labs.runner.texts.complaints import lonely_marks, other_words, unlike
from labs.runner.texts.markdown import read
from labs.runner.texts.spelling import misspelt

STAGES = stages()
GUIDES = [LABS / stage / name for stage in STAGES for name in LANGUAGES]
NAMES = [f"{path.parent.name}/{path.name}" for path in GUIDES]

# Words that stand in the prose of the guides and in no dictionary: the trade's, and Spanish ones.
TRADE = {
    "APIs", "DRF", "INSERT", "KeyError", "REST", "SPF", "Waitress", "backend", "database", "import",
    "imports", "locked", "middleware", "parser", "post", "py", "queued", "redis", "serializer",
    "serializers", "spam", "string", "traceback",
    "Páralo", "detenlo", "formateador", "idempotencia", "preséntasela", "redirecciones",
    "reintenta", "reintentos", "rotarlos", "rómpelo",
}  # fmt: skip


def guide_of(markdown: str) -> list[object]:
    """The blocks of a guide written in a test."""
    return list(parse_guide(dedent(markdown), Path("guide.md")).blocks)


def wrong(markdown: str) -> str:
    """The English sentence that a wrong guide is refused with."""
    with pytest.raises(GuideWrong) as caught:
        guide_of(markdown)
    return str(caught.value)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this run keeps the solutions it built."""
    return tmp_path_factory.mktemp("solutions")


@pytest.fixture
def student(tmp_path: Path) -> Path:
    """A student's folder with one file."""
    folder = tmp_path / "carpeta con ñ"
    folder.mkdir()
    (folder / "a.py").write_bytes(b"one = 1\r\ntwo = 2\r\n")
    return folder


def change(old: str, new: str, how: str = "replace") -> str:
    """A guide that changes a.py."""
    return f'```python find="a.py"\n{old}\n```\n\n```python {how}\n{new}\n```\n'


# -- reading ----------------------------------------------------------------------------------


def test_every_kind_of_block_is_read() -> None:
    """A guide's blocks become steps and results, in order."""
    blocks = guide_of("""
        ```python file="app/a.py"
        x = 1
        ```

        ```python find="app/a.py"
        x = 1
        ```

        Words may stand between.

        ```python insert-after
        y = 2
        ```

        ```text delete="old.txt"
        ```

        ```shell run
        python -c "print(1)"
        ```

        ````markdown result="b.md"
        ```
        inside
        ```
        ````
        """)
    assert [type(block) for block in blocks] == [WriteFile, Change, Delete, Run, Result]
    assert blocks[1].how == "insert-after"
    assert blocks[3].commands == (("python", "-c", "print(1)"),)
    assert blocks[4].text == "```\ninside\n```\n"


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("```python\nx\n```", "line 1: “python” is not a kind of block"),
        ("```\nx\n```", "is not a kind of block"),
        ('```python fiel="a"\nx\n```', "is not a kind of block"),
        ("```python file\nx\n```", "needs a path"),
        ('```shell run="a"\nx\n```', "takes no path"),
        ('```python file="../a"\nx\n```', "leaves the folder"),
        ('```python file="/a"\nx\n```', "leaves the folder"),
        ('```python find="a"\nx\n```', "is followed by"),
        ('```python find="a"\n\n```\n```python replace\n```', "nothing to find"),
        ("text\n\n```python replace\nx\n```", "line 3: “replace” follows"),
        ('```text delete="a"\nx\n```', "is empty"),
        ("```shell run\n\n```", "one command a line"),
        ("```shell run\npython 'x\n```", "No closing quotation"),
        ('one\n\n```python file="a"\nx', "line 3: this block is never closed"),
        ("- a list\n\n  ```python\n  x\n  ```", "starts at the margin"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(block: str, said: str) -> None:
    """Every wrong block is named by file, line and reason."""
    sentence = wrong(block)
    assert sentence.startswith("guide.md, line ")
    assert said in sentence


# -- carrying out -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "left"),
    [
        ("replace", b"new = 0\r\ntwo = 2\r\n"),
        ("insert-after", b"one = 1\r\nnew = 0\r\ntwo = 2\r\n"),
        ("insert-before", b"new = 0\r\none = 1\r\ntwo = 2\r\n"),
    ],
)
def test_a_change_keeps_the_line_ends(student: Path, how: str, left: bytes) -> None:
    """A file with CRLF is matched, and stays a file with CRLF."""
    guide = parse_guide(change("one = 1", "new = 0", how), Path("guide.md"))
    carry_out(guide, student, python=sys.executable)
    assert (student / "a.py").read_bytes() == left


@pytest.mark.parametrize("anchor", ["three = 3", "ne = 1", "one"])
def test_an_anchor_is_whole_lines_that_stand_once(student: Path, anchor: str) -> None:
    """An anchor that is missed is named with its file, and the guide's file and line."""
    guide = parse_guide(change(anchor, "x"), Path("guide.md"))
    with pytest.raises(AnchorMissed) as caught:
        carry_out(guide, student, python=sys.executable)
    assert "guide.md, line 1: this text stands 0 times in a.py" in str(caught.value)
    assert anchor in str(caught.value)


def test_a_file_without_a_last_line_feed_is_matched(student: Path) -> None:
    """The last line counts as a line."""
    (student / "a.py").write_bytes(b"one = 1")
    guide = parse_guide(change("one = 1", "x = 0"), Path("guide.md"))
    carry_out(guide, student, python=sys.executable)
    assert (student / "a.py").read_bytes() == b"x = 0\n"


def test_a_failed_command_tells_its_last_words(student: Path) -> None:
    """A command's own error is in the sentence."""
    guide = parse_guide("```shell run\npython -c 1/0\n```\n", Path("guide.md"))
    with pytest.raises(CommandFailed, match="ZeroDivisionError"):
        carry_out(guide, student, python=sys.executable)


# -- a student's folder -----------------------------------------------------------------------


def test_applying_backs_up_what_it_changes(student: Path, tmp_path: Path) -> None:
    """Former files go to the backup; files that are only added have none."""
    guide = parse_guide(
        change("one = 1", "one = 11") + '\n```python file="b/c.py"\nx = 1\n```\n', Path("g.md")
    )
    done = apply(guide, student, backup=tmp_path / "backup")
    assert done.changed == ("a.py", "b/c.py")
    assert (student / "a.py").read_bytes() == b"one = 11\r\ntwo = 2\r\n"
    assert (student / "b" / "c.py").is_file()
    saved = [path.name for path in (tmp_path / "backup").rglob("*") if path.is_file()]
    assert saved == ["a.py"]
    assert (tmp_path / "backup" / "a.py").read_bytes() == b"one = 1\r\ntwo = 2\r\n"


def test_applying_is_all_or_nothing(student: Path, tmp_path: Path) -> None:
    """A missed anchor at the end leaves what came before undone, commands included."""
    guide = parse_guide(
        change("one = 1", "one = 11")
        + "\n```shell run\npython -c \"open('made', 'w').close()\"\n```\n\n"
        + change("three = 3", "x"),
        Path("g.md"),
    )
    with pytest.raises(AnchorMissed):
        apply(guide, student, backup=tmp_path / "backup")
    assert [path.name for path in student.iterdir()] == ["a.py"]
    assert (student / "a.py").read_bytes() == b"one = 1\r\ntwo = 2\r\n"
    assert not (tmp_path / "backup").exists()


def test_each_guide_applies_to_the_solution_before_it(cache: Path, tmp_path: Path) -> None:
    """A student on solution N - 1 who applies guide N stands on solution N."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    for stage in STAGES:
        apply(read_guide(LABS / stage / "guide.md"), folder, backup=tmp_path / stage)
        assert _contents(folder) == _contents(cached(stage, cache=cache))


# -- the guides -------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
def test_both_languages_do_the_same(stage: str) -> None:
    """es and en hold the same blocks in the same order, under the same headings."""
    english, spanish = (read_guide(LABS / stage / name) for name in LANGUAGES)
    assert [meaning(block) for block in english.blocks] == [
        meaning(block) for block in spanish.blocks
    ]
    assert unlike(spanish.path, english.path) == []


@pytest.mark.parametrize("path", GUIDES, ids=NAMES)
def test_the_end_of_a_guide_is_current(path: Path, cache: Path) -> None:
    """The files in full are those of the solution: `python -m labs.runner.guides.results`."""
    language = LANGUAGES[path.name]
    text = path.read_text(encoding="utf-8")
    assert text.count(HEADINGS[language]) == 1
    assert text == with_results(path, cached(path.parent.name, cache=cache))


@pytest.mark.parametrize("path", GUIDES, ids=NAMES)
def test_a_formatter_leaves_a_guide_alone(path: Path) -> None:
    """Fragments are no programs: ruff would take their blank lines and their margin away."""
    assert path.read_text(encoding="utf-8").startswith("<!-- fmt: off -->\n")


@pytest.mark.parametrize("path", GUIDES, ids=NAMES)
def test_a_guide_reads_well(path: Path) -> None:
    """One word per concept; in Spanish, marks in pairs."""
    language = LANGUAGES[path.name]
    assert other_words(read(path), language) == []
    if language == "es":
        assert lonely_marks(read(path)) == []


@pytest.mark.parametrize("stage", STAGES)
def test_a_guide_is_spelt_well(stage: str) -> None:
    """The Spanish prose holds no word that the dictionaries and our lists do not know."""
    hunspell = require_program("hunspell", cure="apt-get install hunspell hunspell-es")
    found = misspelt(read(LABS / stage / "guide.es.md"), hunspell)
    assert [line for line in found if line.rpartition(": ")[2] not in TRADE] == []


# -- solutions --------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
def test_every_solution_builds(stage: str, cache: Path, tmp_path: Path) -> None:
    """Solution N comes out of an empty folder, compiles, and says how it is started."""
    folder = build(stage, tmp_path / "solution", cache=cache)
    for path in folder.rglob("*.py"):
        compile(path.read_text(encoding="utf-8"), str(path), "exec")
    assert (folder / "service.toml").is_file()
    assert not list(folder.rglob("*.sqlite3"))
    assert not list(folder.rglob("__pycache__"))


def test_a_solution_is_only_built_into_an_empty_folder(student: Path, cache: Path) -> None:
    """Nothing of anybody's is overwritten."""
    with pytest.raises(GuideWrong, match="not empty"):
        build(STAGES[0], student, cache=cache)


def test_the_cache_knows_a_changed_guide(tmp_path: Path) -> None:
    """Another word in a block is another solution; another word in the prose is not."""
    labs = tmp_path / "labs"
    guide = labs / "00-start" / "guide.md"
    guide.parent.mkdir(parents=True)

    def built(text: str) -> Path:
        guide.write_text(text, encoding="utf-8")
        return cached("00-start", cache=tmp_path / "cache", labs=labs)

    first = built('# One\n\n```python file="a.py"\nx = 1\n```\n')
    assert built('# Two\n\n```python file="a.py"\nx = 1\n```\n') == first
    second = built('# Two\n\n```python file="a.py"\nx = 2\n```\n')
    assert second != first
    assert (second / "a.py").read_text(encoding="utf-8") == "x = 2\n"


def test_a_build_that_fails_leaves_no_solution(tmp_path: Path) -> None:
    """A folder in the cache is whole or not there."""
    guide = tmp_path / "labs" / "00-start" / "guide.md"
    guide.parent.mkdir(parents=True)
    guide.write_text("```shell run\npython -c 1/0\n```\n", encoding="utf-8")
    with pytest.raises(CommandFailed):
        cached("00-start", cache=tmp_path / "cache", labs=tmp_path / "labs")
    assert list((tmp_path / "cache").iterdir()) == []


def _contents(folder: Path) -> dict[str, str]:
    """Every file of a solution with its text."""
    made = re.compile(r"__pycache__|\.sqlite3")
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not made.search(str(path))
    }
