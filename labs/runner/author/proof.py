"""`kit.py author`: the gates in their order, the matrix, and what is written down of it."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import monotonic

from labs.runner.author import gates, words
from labs.runner.author.gates import Attempt, Finding, Proof
from labs.runner.author.rooms import Rooms
from labs.runner.course import Course, Stage
from labs.runner.guides.mistakes import Mistake

REPEATS = 20


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What part of the proof is wanted."""

    stage: Stage | None = None
    shard: tuple[int, int] = (1, 1)
    everything: bool = False
    gates: tuple[str, ...] = ()
    """Only these; empty: all."""
    jobs: int = 0

    @property
    def at_once(self) -> int:
        """How many trials run at the same time."""
        return self.jobs or max(1, min(4, os.cpu_count() or 1))


@dataclass(frozen=True)
class Proved:
    """All findings and how long it took."""

    findings: list[Finding]
    seconds: float

    @property
    def broken(self) -> list[Finding]:
        """What does not hold."""
        return [finding for finding in self.findings if not finding.holds]


def prove(course: Course, asked: Asked, rooms: Rooms, proof: Proof) -> Proved:
    """Run the gates that are asked for; nothing raises because something does not hold."""
    begun = monotonic()
    _build_all(rooms, course)
    attempts = [one for one in _attempts(course, asked, rooms) if _is_asked(one, asked)]
    findings = proof.run(_shard(attempts, asked.shard))
    mistakes = _mistakes(rooms, asked)
    findings += words.params(mistakes, findings)
    if asked.stage is None:
        findings += words.dead_hints(course, rooms.mistakes)
    if asked.stage is None and asked.shard == (1, 1) and not asked.gates:
        findings += words.unreached(course, findings)
    return Proved(findings, monotonic() - begun)


def _attempts(course: Course, asked: Asked, rooms: Rooms) -> Iterator[Attempt]:
    stages = [asked.stage] if asked.stage else list(course.stages)
    mistakes = _mistakes(rooms, asked)
    yield from gates.mistakes(rooms, mistakes, last=False)
    yield from gates.solutions(rooms, stages)
    yield from gates.starters(rooms, stages)
    if asked.stage is None:
        yield from gates.controls(rooms)
    if asked.everything:
        yield from gates.mistakes(rooms, mistakes, last=True)
        yield from gates.pairs(rooms)
        yield from gates.repeats(rooms, REPEATS)


def _is_asked(attempt: Attempt, asked: Asked) -> bool:
    return not asked.gates or attempt.gate in asked.gates


def _mistakes(rooms: Rooms, asked: Asked) -> list[Mistake]:
    chosen = asked.stage
    return [one for one in rooms.mistakes if chosen is None or one.stage == chosen.name]


def _shard(attempts: list[Attempt], shard: tuple[int, int]) -> Iterable[Attempt]:
    number, count = shard
    return attempts[number - 1 :: count]


def _build_all(rooms: Rooms, course: Course) -> None:
    """Build the solutions once, before several trials want them at the same time."""
    rooms.solution(course.stages[-1], "first")
