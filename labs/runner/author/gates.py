"""The gates of the proof: each yields findings, one for each thing that was tried."""

import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations
from pathlib import Path

from labs.runner.author.memory import Memory
from labs.runner.author.rooms import Rooms
from labs.runner.author.rulings import blames_no_third, is_green, is_rightly_red, names
from labs.runner.author.trial import ROOT, Shown, Trial, run_trial
from labs.runner.course import Stage
from labs.runner.guides.errors import GuideWrong
from labs.runner.guides.mistakes import Mistake

CONTROLS = ROOT / "tests" / "controls"
JUDGED = (
    ("reference", "kit", "07"),
    ("plain_asgi", "kit", "07"),
    ("plain_drf", "brief", ""),
    ("reference_celery", "kit", ""),
)
"""Each control, its profile, and the stage up to which it is judged; empty: the last.

The first and the third have no Celery, so that stage 08 would say nothing of them.
"""
PAIRS = 50


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing tried: what, whether it is as it has to be, and what was seen."""

    gate: str
    what: str
    holds: bool
    seen: str = ""
    shown: Shown | None = None
    left_out: bool = False


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One trial to make: `prepare` makes the folder, `judge` reads what was shown."""

    gate: str
    what: str
    prepare: Callable[[], Path]
    trial: Callable[[Path], Trial]
    verdict: Callable[[Shown], str]
    """What is wrong with what was shown, empty if nothing is."""


@dataclass(frozen=True)
class Proof:
    """How the attempts are made: so many at once, each told as it ends."""

    jobs: int
    tell: Callable[[Finding], None] = field(default=lambda _finding: None)
    memory: Memory | None = None

    def run(self, attempts: Iterable[Attempt]) -> list[Finding]:
        """Every finding, in the order of the attempts."""
        findings = []
        pool = ThreadPoolExecutor(self.jobs)
        try:
            for finding in pool.map(partial(_try, self.memory), list(attempts)):
                self.tell(finding)
                findings.append(finding)
        finally:
            # Whoever presses Ctrl-C does not wait for all the trials that have not begun.
            pool.shutdown(cancel_futures=True)
        return findings


def mistakes(rooms: Rooms, chosen: Iterable[Mistake], *, last: bool) -> Iterator[Attempt]:
    """Each mistake is red, and the hint shown first is its own."""
    final = rooms.course.stages[-1]
    for mistake in chosen:
        stage = final if last else rooms.course.stage(mistake.stage)
        if last and mistake.not_in_last:
            continue
        yield Attempt(
            gate="last" if last else "own stage",
            what=mistake.id,
            prepare=partial(rooms.mistaken, stage, mistake, last=last),
            trial=partial(_until_red, stage, solo=not last),
            verdict=partial(names, {mistake.id}),
        )


def repeats(rooms: Rooms, times: int) -> Iterator[Attempt]:
    """The last solution and the mistakes that are races, again and again: always the same."""
    races = [mistake for mistake in rooms.mistakes if mistake.race]
    for number in range(1, times + 1):
        for attempt in (
            *mistakes(rooms, races, last=False),
            *solutions(rooms, rooms.course.stages[-1:]),
        ):
            yield replace(
                attempt,
                gate="repeats",
                what=f"{attempt.what} #{number}",
                prepare=partial(_apart, attempt.prepare, number),
            )


def pairs(rooms: Rooms, *, count: int = PAIRS, seed: int = 1) -> Iterator[Attempt]:
    """Two mistakes at once in the last solution: a hint that is shown is one of theirs."""
    usable = [mistake for mistake in rooms.mistakes if not mistake.not_in_last]
    drawn = random.Random(seed).sample(list(combinations(usable, 2)), count)  # noqa: S311
    final = rooms.course.stages[-1]
    for one, other in drawn:
        yield Attempt(
            gate="pairs",
            what=f"{one.id} + {other.id}",
            prepare=partial(rooms.mistaken, final, one, other, last=True),
            trial=partial(_until_red, final, solo=False),
            verdict=partial(blames_no_third, {one.id, other.id}),
        )


def solutions(rooms: Rooms, stages: Iterable[Stage]) -> Iterator[Attempt]:
    """Each solution is green in its own stage and all earlier ones, without a hint."""
    for stage in stages:
        yield Attempt(
            gate="solutions",
            what=stage.name,
            prepare=partial(rooms.solution, stage, "solution"),
            trial=partial(_to_the_end, stage, "kit"),
            verdict=is_green,
        )


def starters(rooms: Rooms, stages: Iterable[Stage]) -> Iterator[Attempt]:
    """What a stage starts from is red in that stage, with no hint but those said to be true."""
    for stage in stages:
        yield Attempt(
            gate="starters",
            what=stage.name,
            prepare=partial(rooms.starter, stage),
            trial=partial(_until_red, stage),
            verdict=partial(is_rightly_red, stage),
        )


def controls(rooms: Rooms) -> Iterator[Attempt]:
    """Services of other hands: green and without a hint in what they promise."""
    final = rooms.course.stages[-1]
    for name, profile, number in JUDGED:
        stage = rooms.course.stage(number) if number else final
        yield Attempt(
            gate="controls",
            what=f"{name} ({profile})",
            prepare=partial(CONTROLS.joinpath, name),
            trial=partial(_to_the_end, stage, profile),
            verdict=is_green,
        )


def _until_red(stage: Stage, folder: Path, *, solo: bool = True) -> Trial:
    return Trial(folder=str(folder), stage=stage.number, solo=solo)


def _to_the_end(stage: Stage, profile: str, folder: Path) -> Trial:
    return Trial(
        folder=str(folder), stage=stage.number, solo=False, profile=profile, stop_at_red=False
    )


def _try(memory: Memory | None, attempt: Attempt) -> Finding:
    """Make one trial; two edits that meet are left out and counted."""
    try:
        folder = attempt.prepare()
    except GuideWrong as error:
        met = attempt.gate == "pairs"
        return Finding(gate=attempt.gate, what=attempt.what, holds=met, left_out=met,
                       seen=str(error))  # fmt: skip
    shown = memory.recall(attempt.gate, attempt.what, folder) if memory else None
    known = shown is not None
    if shown is None:
        shown = run_trial(attempt.trial(folder))
    wrong = shown.error or attempt.verdict(shown)
    if memory and not known and not wrong:
        memory.keep(attempt.gate, attempt.what, folder, shown)
    return Finding(gate=attempt.gate, what=attempt.what, holds=not wrong, seen=wrong, shown=shown)


def _apart(prepare: Callable[[], Path], number: int) -> Path:
    """A repeat has a folder of its own."""
    folder = prepare()
    return folder.rename(folder.with_name(f"{folder.name}-{number}"))
