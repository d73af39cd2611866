"""Which checks run, and in which order."""

import pytest

from kit_commands.errors import WrongCommand
from labs.runner.course import GATE, Course, load_course
from labs.runner.plan import plan


@pytest.fixture(scope="module")
def course() -> Course:
    """The course as it is."""
    return load_course()


def keys(course: Course, stage: str, *, solo: bool = False, brief: bool = False) -> list[str]:
    """The keys of the planned checks."""
    return [check.key for check in plan(course, course.stage(stage), solo=solo, brief=brief)]


class TestPlan:
    """The gate, then the present stage, then the earlier ones; each check behind those it needs."""

    def test_the_gate_comes_first(self, course: Course) -> None:
        """Nothing can be asked of what does not listen."""
        assert keys(course, "03")[0] == GATE

    def test_everything_runs_once(self, course: Course) -> None:
        """The present stage and the earlier ones; of general checks the present stage's alone."""
        last = course.stages[-1]
        planned = keys(course, last.number)
        wanted = {
            key for key, check in course.checks.items()
            if not check.current_only or check.stage == last.number
        }  # fmt: skip
        assert sorted(planned) == sorted(wanted)

    @pytest.mark.parametrize("stage", [stage.number for stage in load_course().stages])
    def test_a_check_comes_behind_what_it_needs(self, course: Course, stage: str) -> None:
        """Whatever is named in `depends` has run before."""
        planned = keys(course, stage)
        for key in planned:
            for needed in course.checks[key].depends:
                assert needed not in planned or planned.index(needed) < planned.index(key)

    def test_the_present_stage_comes_before_earlier_ones(self, course: Course) -> None:
        """An earlier check that nobody needs waits until the present stage is done."""
        planned = keys(course, "03")
        assert planned.index("03:without-starttls") < planned.index("01:size-limit")

    def test_solo_leaves_the_earlier_ones_out(self, course: Course) -> None:
        """Except those that a check of the stage needs."""
        planned = keys(course, "03", solo=True)
        assert "01:size-limit" not in planned
        assert "01:valid" in planned

    def test_brief_keeps_what_the_brief_asks(self, course: Course) -> None:
        """And the gate."""
        asks = {key: course.checks[key].asks for key in keys(course, "07", brief=True)}
        assert set(asks.values()) - {"brief"} == {"kit"}
        assert [key for key, who in asks.items() if who == "kit"] == [GATE]


class TestCourse:
    """What the files declare fits together."""

    def test_every_check_has_its_function(self, course: Course) -> None:
        """By name, in the stage's checks.py."""
        for stage in course.stages:
            source = stage.checks_file.read_text(encoding="utf-8")
            for check in stage.checks:
                assert f"\ndef {check.function}(" in source, check.key

    def test_what_is_depended_on_exists(self, course: Course) -> None:
        """And belongs to that stage or an earlier one."""
        for key, check in course.checks.items():
            for needed in check.depends:
                assert course.checks[needed].stage <= check.stage, key

    def test_what_the_brief_asks_is_quoted(self, course: Course) -> None:
        """A check of the brief says where it stands there."""
        for key, check in course.checks.items():
            assert bool(check.quote) == (check.asks == "brief"), key

    @pytest.mark.parametrize("asked", ["3", "03", "mail", "03-mail"])
    def test_a_stage_has_several_names(self, course: Course, asked: str) -> None:
        """As people type them."""
        assert course.stage(asked).name == "03-mail"

    def test_a_stage_that_does_not_exist_is_an_error(self, course: Course) -> None:
        """WrongCommand, not a guess."""
        with pytest.raises(WrongCommand):
            course.stage("42")
