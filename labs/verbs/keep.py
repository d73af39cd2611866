"""Keeping what a check found: the first red's evidence, the progress, the last run."""

from kit_commands.voice import Voice
from labs.runner.course import Check, Course
from labs.runner.evidence import Evidence
from labs.runner.plugin import Listener
from labs.runner.report.full import as_text
from labs.runner.report.shell import shell_in_use
from labs.runner.run import Judgement, Wanted
from labs.runner.verdicts import Result, Verdict
from labs.verbs.last_run import LastRun, remember
from labs.verbs.places import Places
from labs.verbs.progress import Progress, read_progress, write_progress


class Keeper:
    """Listens to a run for its first red, and writes down how it ended."""

    def __init__(self, course: Course, wanted: Wanted, places: Places, voice: Voice) -> None:
        self._course = course
        self._wanted = wanted
        self._places = places
        self._language = voice.language
        self._red = ""
        self._other: Listener | None = None

    def listening_to(self, other: Listener) -> Listener:
        """This keeper, passing all it hears on to `other`."""
        self._other = other
        return self

    def starts(self, check: Check) -> None:
        """Pass it on."""
        if self._other is not None:
            self._other.starts(check)

    def ended(self, check: Check, result: Result, evidence: Evidence) -> None:
        """Save the evidence of the first red, then pass it on."""
        if result.verdict.is_red and not self._red:
            self._red = check.key
            evidence.save(self._places.last, result)
            text = as_text(result.as_json(), self._course, self._language, shell_in_use())
            (self._places.last / "evidence.txt").write_text(text, encoding="utf-8")
        if self._other is not None:
            self._other.ended(check, result, evidence)

    def remember(self, judgement: Judgement) -> str:
        """Write down the run and the progress; the name of the stage that is now the current one.

        A service at a URL is never seen whole, so it changes no progress.
        """
        wanted, stage = self._wanted, judgement.stage
        run = LastRun(
            stage=stage.number,
            folder="" if wanted.url else str(wanted.manifest.folder),
            url=wanted.url,
            red=self._red,
            seed=judgement.seed,
            factor=judgement.factor,
        )
        remember(self._places, run)
        path = self._places.progress(wanted.manifest.folder)
        progress = read_progress(path, self._course)
        if judgement.verdict == "error":
            return progress.current
        progress.current = stage.name
        self._note(progress, judgement)
        reached = stage.name
        if judgement.verdict == "green":
            reached = progress.move_on(self._course, stage).name
        if not wanted.url:
            write_progress(path, progress)
        return reached

    def _note(self, progress: Progress, judgement: Judgement) -> None:
        """Each stage of which every check was looked at, or some check is red."""
        solo = self._wanted.solo
        seen = (judgement.stage,) if solo else self._course.up_to(judgement.stage)
        for stage in seen:
            ours = [one for one in judgement.results if one.stage == stage.number]
            red = next((f"{one.stage}:{one.id}" for one in ours if one.verdict.is_red), "")
            skipped = any(one.verdict is Verdict.SKIPPED for one in ours)
            applies = any(one.verdict is Verdict.PASS for one in ours)
            if red or (applies and not skipped):
                progress.note(stage, red=red, profile=judgement.profile)
