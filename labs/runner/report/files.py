"""A run for programs: the object of `check --json`, and its view as JUnit XML."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from kit_commands.voice import Voice
from labs.runner.course import Course
from labs.runner.report.sentence import Sentences
from labs.runner.run import Judgement
from labs.runner.verdicts import Result, Verdict

FORMAT = 1
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_json(judgement: Judgement) -> dict[str, Any]:
    """The object of `check --json`."""
    return {
        "format": FORMAT,
        "stage": judgement.stage.name,
        "profile": judgement.profile,
        "factor": round(judgement.factor, 3),
        "verdict": judgement.verdict,
        "checks": [_row(result) for result in judgement.results],
    }


def write_junit(judgement: Judgement, course: Course, path: Path, voice: Voice) -> None:
    """The same run as JUnit XML: one suite per stage."""
    root = ET.Element("testsuites", name="labs")
    sentences = Sentences(course)
    for stage in course.stages:
        ours = [one for one in judgement.results if one.stage == stage.number]
        if ours:
            root.append(_suite(stage.name, ours, sentences, voice))
    path.parent.mkdir(parents=True, exist_ok=True)
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _row(result: Result) -> dict[str, Any]:
    """A check's row; why it was skipped stands among its parameters."""
    row = result.as_json()
    reason = row.pop("reason")
    if reason:
        row["params"] = {"reason": reason} | row["params"]
    return row


def _suite(name: str, results: list[Result], sentences: Sentences, voice: Voice) -> ET.Element:
    red = sum(one.verdict.is_red for one in results)
    errors = sum(one.verdict is Verdict.CHECKER_ERROR for one in results)
    passed = sum(one.verdict is Verdict.PASS for one in results)
    counts = {"tests": len(results), "failures": red, "errors": errors}
    counts["skipped"] = len(results) - red - errors - passed
    said = {key: str(value) for key, value in counts.items()}
    suite = ET.Element("testsuite", {"name": name, **said})
    suite.extend(_case(name, one, sentences, voice) for one in results)
    return suite


def _case(stage: str, result: Result, sentences: Sentences, voice: Voice) -> ET.Element:
    seconds = f"{result.seconds:.3f}"
    case = ET.Element("testcase", classname=stage, name=result.id, time=seconds)
    if result.verdict is Verdict.PASS:
        return case
    if result.verdict is Verdict.CHECKER_ERROR:
        kind, words = "error", result.reason
    elif result.verdict.is_red:
        kind, words = "failure", sentences.of(result.as_json(), voice.language)
    else:
        kind, words = "skipped", f"{result.verdict} {result.reason}".strip()
    ET.SubElement(case, kind, message=_NOT_XML.sub("?", words), type=result.hint or result.verdict)
    return case
