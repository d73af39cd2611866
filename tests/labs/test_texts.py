"""What students read: current tables, both languages alike, one word per concept, no typos."""

import re
import tomllib
from pathlib import Path
from textwrap import dedent

import pytest

from kit_commands.programs import require_program
from labs.runner.texts.complaints import lonely_marks, other_words, pairs_of_texts, unlike
from labs.runner.texts.contract import LABS, WrongContract, contract, literals
from labs.runner.texts.fairness import scan, unlisted
from labs.runner.texts.markdown import parse, read
from labs.runner.texts.spelling import misspelt
from labs.runner.texts.tables import README, NoMarks, stale_tables, table, with_table, write_tables

ASKED_BY = {
    "es": {"brief": "enunciado", "kit": "curso"},
    "en": {"brief": "brief", "kit": "course"},
}
PAIRS = pairs_of_texts()
NAMES = [english.parent.name for _, english in PAIRS]


@pytest.fixture
def hunspell() -> str:
    """The spell checker with Spanish dictionaries."""
    return require_program("hunspell", cure="apt-get install hunspell hunspell-es")


@pytest.fixture
def small_labs(tmp_path: Path) -> Path:
    """A course of two stages with a literal each."""
    (tmp_path / "contract.toml").write_text(
        dedent("""
            format = 1
            [[stage]]
            id = "00-one"
            [[stage.literal]]
            kind = "code"
            literal = "4xx"
            asks = "brief"
            brief = "Valida campos requeridos."
            es = "Rechazo."
            en = "Refusal."
            [[stage]]
            id = "01-two"
            [[stage.literal]]
            kind = "limit"
            literal = 10_000
            unit = "characters"
            asks = "kit"
            es = "Entero."
            en = "Whole."
        """),
        encoding="utf-8",
    )
    for stage in ("00-one", "01-two"):
        (tmp_path / stage).mkdir()
        for name in ("README.md", "README.es.md"):
            text = "# T\n<!-- contract:begin -->\nold\n<!-- contract:end -->\nafter\n"
            (tmp_path / stage / name).write_text(text, encoding="utf-8")
    return tmp_path


class TestTexts:
    """The texts that are there."""

    def test_every_stage_of_the_contract_has_its_task(self) -> None:
        """A stage with literals is a folder with a task, in the course's order."""
        course = tomllib.loads((LABS / "course.toml").read_text("utf-8"))
        assert list(contract()) == NAMES[1:] == course["stages"]

    def test_tables_are_current(self) -> None:
        """`python -m labs.runner.texts` would change nothing."""
        assert not [str(readme) for readme in stale_tables()]

    @pytest.mark.parametrize(("spanish", "english"), PAIRS, ids=NAMES)
    def test_both_languages_have_the_same_shape(self, spanish: Path, english: Path) -> None:
        """Headings of the same levels, fenced blocks byte for byte."""
        assert not unlike(spanish, english)

    @pytest.mark.parametrize(("spanish", "english"), PAIRS, ids=NAMES)
    def test_one_word_per_concept(self, spanish: Path, english: Path) -> None:
        """No text uses a word that the glossary gives up."""
        assert not other_words(read(spanish), "es") + other_words(read(english), "en")

    @pytest.mark.parametrize("stage", NAMES[1:])
    def test_tasks_tell_every_check(self, stage: str) -> None:
        """Each check of a stage has its line, in order, and says who asks for it."""
        declared = tomllib.loads((LABS / stage / "stage.toml").read_text("utf-8"))["check"]
        for language, readme in README.items():
            text = (LABS / stage / readme).read_text("utf-8")
            told = re.findall(r"^- `([a-z0-9-]+)` \((\w+)\)", text, re.MULTILINE)
            assert told == [(one["id"], ASKED_BY[language][one["asks"]]) for one in declared]

    @pytest.mark.parametrize("stage", NAMES[1:])
    def test_checks_compare_only_what_is_told(self, stage: str) -> None:
        """Every literal of a check stands in a table of its stage or of an earlier one."""
        assert not unlisted((LABS / stage / "checks.py").read_text("utf-8"), stage)

    @pytest.mark.parametrize("spanish", [spanish for spanish, _ in PAIRS], ids=NAMES)
    def test_spanish_is_well_written(self, spanish: Path, hunspell: str) -> None:
        """Marks in pairs, every word known to a dictionary or to the project's list."""
        text = read(spanish)
        assert not lonely_marks(text) + misspelt(text, hunspell)

    @pytest.mark.parametrize(("spanish", "english"), PAIRS, ids=NAMES)
    def test_links_lead_somewhere(self, spanish: Path, english: Path) -> None:
        """A link to a file of the course finds it."""
        for text in (spanish, english):
            links = [link.split(")")[0] for link in text.read_text("utf-8").split("](")[1:]]
            gone = [
                link
                for link in links
                if not link.startswith("http") and not (text.parent / link).exists()
            ]
            assert not gone, text


class TestTables:
    """The tables and their file."""

    def test_a_table_speaks_both_languages(self, small_labs: Path) -> None:
        """Kind, unit and who asks are words of the language; the brief is quoted."""
        one, two = contract(small_labs).values()
        assert "| `4xx` | código | Rechazo. | enunciado: «Valida campos requeridos.» |" in table(
            one, "es"
        )
        assert "| `10 000` caracteres | límite | Entero. | curso |" in table(two, "es")
        assert "| `10 000` characters | limit | Whole. | course |" in table(two, "en")

    def test_writing_twice_changes_nothing(self, small_labs: Path) -> None:
        """Only what stands between the marks is replaced, and only when it is stale."""
        assert len(write_tables(small_labs)) == 4
        assert write_tables(small_labs) == []
        text = (small_labs / "00-one" / "README.md").read_text(encoding="utf-8")
        assert text.startswith("# T\n")
        assert text.endswith("<!-- contract:end -->\nafter\n")

    def test_a_task_without_marks_is_named(self) -> None:
        """A table has its place, or there is an error."""
        with pytest.raises(NoMarks):
            with_table("# T\n", [], "es")

    @pytest.mark.parametrize(
        "wrong", ['brief = "x"\nasks = "kit"', 'asks = "brief"', 'asks = "kit"\nextra = 1']
    )
    def test_a_wrong_entry_is_named(self, tmp_path: Path, wrong: str) -> None:
        """A sentence of the brief goes with asks = brief, and unknown keys are errors."""
        entry = f'[[stage]]\nid = "00-a"\n[[stage.literal]]\nkind = "path"\nliteral = "/a"\n{wrong}'
        (tmp_path / "contract.toml").write_text(f'{entry}\nes = "a"\nen = "a"\n', encoding="utf-8")
        with pytest.raises(WrongContract, match="00-a, '/a'"):
            contract(tmp_path)

    def test_a_stage_may_compare_what_earlier_ones_told(self, small_labs: Path) -> None:
        """Literals add up, and a class of codes brings its bounds."""
        assert literals("00-one", small_labs) == {"4xx", 400, 499, 500}
        assert literals("01-two", small_labs) == {"4xx", 400, 499, 500, 10_000}
        with pytest.raises(KeyError):
            literals("02-three", small_labs)


class TestFairness:
    """The scan of a check's source."""

    @pytest.mark.parametrize(
        ("source", "found"),
        [
            ("assert reply.status_code == 422", {422}),
            ("stand.post('/api/notify/', json=body)", {"/api/notify/"}),
            ("stand.get(f'/api/messages/{uuid}')", {"/api/messages/{}"}),
            ("reply.headers.get('Idempotent-Replayed')", {"Idempotent-Replayed"}),
            ("stand.restart(EMAIL_TRANSPORT='file', env={'PORT': '1'})", {"PORT"}),
            ("environ['EMAIL_HOST']", {"EMAIL_HOST"}),
            ("reply.json()['status'] == 'queued'", {"status", "queued"}),
            ("state in ('sent', 'failed')", {"sent", "failed"}),
            ("mail['From']", {"From"}),
            ("post({'name': marker})", {"name"}),
            ("x = 99, 600, True, 10_000", set()),
            ("log('the service answered late')", set()),
            ("'''GET /healthz is 200.'''", set()),
            ("def f(a: 'x' = 415) -> None: '/not/a/path'", {415}),
            ("@check(id='twins', asks='kit', seconds=120)\ndef f(): return 503", {503}),
            ("fail(params={'got': 1}, evidence={'path': '/x'})", set()),
            ("seen = {'status': reply.text[:200]}\nraise Red(**{'took': 1})", set()),
            ("def _seen(reply): return {'took': 1}", set()),
        ],
    )
    def test_what_is_found(self, source: str, found: set[object]) -> None:
        """Literals that are compared, and neither words about them nor prose."""
        assert scan(source) == found

    @pytest.mark.parametrize(
        ("source", "stage", "left"),
        [
            ("assert reply.status_code == 422", "07-idempotency", set()),
            ("assert reply.status_code == 422", "06-health", {422}),
            ("get(f'/api/messages/{uuid}/')", "04-notify", set()),
            ("get('/api/messages/' + uuid)", "04-notify", set()),
            ("get('/api/contact')", "01-contact", set()),
            ("get('/livez')", "07-idempotency", {"/livez"}),
            ("200 <= code < 300", "00-start", set()),
        ],
    )
    def test_what_no_task_tells(self, source: str, stage: str, left: set[object]) -> None:
        """Only what stands in no table up to that stage, paths whatever their last slash."""
        assert unlisted(source, stage) == left


class TestComplaints:
    """Each kind of complaint, on a text that deserves it."""

    def test_shapes_that_differ(self, tmp_path: Path) -> None:
        """Another level of heading, another byte in a block, a block too many."""
        spanish, english = tmp_path / "es.md", tmp_path / "en.md"
        spanish.write_text("# A\n```bash\nls\n```\n", encoding="utf-8")
        english.write_text("## A\n```bash\nls \n```\n```\n```\n", encoding="utf-8")
        assert len(unlike(spanish, english)) == 3

    def test_marks_that_stand_alone(self) -> None:
        """Code is free."""
        text = parse("¿Sí? ¡No!\nQué?\n`a?`\n```\n!\n```\n¡Ay\n")
        assert [complaint.split(":")[1] for complaint in lonely_marks(text)] == ["2", "7"]

    def test_words_given_up(self) -> None:
        """Plurals count; code, links, quotations and longer words do not."""
        text = parse("La cabecera y las solicitudes, `header`, «la cabecera», [x](header.md).")
        found = [complaint.split("“")[1].split("”")[0] for complaint in other_words(text, "es")]
        assert sorted(found) == ["cabecera", "solicitudes"]

    def test_typos(self, hunspell: str) -> None:
        """With the line; the brief's own sentences and the project's words are free."""
        text = parse("Hola.\nEsto es un herror. Django, enunciado: «Healthcheck /healthz».")
        assert misspelt(text, hunspell) == ["text.md:2: herror"]
