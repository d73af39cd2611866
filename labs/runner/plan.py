"""Which checks run, and in which order."""

from collections.abc import Iterator, Sequence

from labs.runner.course import GATE, Check, Course, Stage


def plan(
    course: Course, current: Stage, *, solo: bool, brief: bool, nets: bool = True
) -> list[Check]:
    """The current stage's checks first, then the earlier stages'; each after those it needs.

    `solo` leaves the earlier ones out, except those that a check depends on. `brief` keeps what
    the brief asks, and the gate without which nothing can be asked. Without `nets`, the general
    checks that no known mistake needs are left out.
    """
    earlier = () if solo else course.up_to(current)[:-1]
    before = [check for stage in (current, *earlier) for check in stage.checks]
    # What is asked of the present stage alone is general: a more telling check comes first.
    wanted = [check for check in before if not check.current_only]
    wanted += [check for check in current.checks if check.current_only]
    chosen = [
        check for check in wanted if _is_wanted(check, brief=brief) and (nets or not check.net)
    ]
    return _ordered(course, [course.checks[GATE], *chosen], brief=brief)


def _is_wanted(check: Check, *, brief: bool) -> bool:
    return not brief or check.asks == "brief" or check.key == GATE


def _ordered(course: Course, chosen: Sequence[Check], *, brief: bool) -> list[Check]:
    ordered: dict[str, Check] = {}

    def add(check: Check) -> None:
        if check.key in ordered:
            return
        for needed in _dependencies(course, check):
            if _is_wanted(needed, brief=brief):
                add(needed)
        ordered[check.key] = check

    for check in chosen:
        add(check)
    return list(ordered.values())


def _dependencies(course: Course, check: Check) -> Iterator[Check]:
    for key in (*check.depends, *check.behind):
        if key in course.checks:
            yield course.checks[key]
