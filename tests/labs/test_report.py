"""Sentences, evidence and views: what is made of a result, without running anything."""

import shutil
import subprocess
from typing import Any

import pytest

from kit_commands.voice import Text
from labs.runner.course import load_course
from labs.runner.report.compact import compact, cut, gist, telling
from labs.runner.report.full import as_text, parts
from labs.runner.report.screen import width_of_terminal
from labs.runner.report.sentence import (
    CUT_OFF,
    DEAF,
    ENDED,
    LATE,
    NO_FILE,
    OVERDUE,
    Sentences,
    filled,
)
from labs.runner.report.shell import as_command
from labs.runner.report.summary import sum_of
from labs.runner.verdicts import Result, Verdict

COURSE = load_course()
REQUEST = {
    "method": "POST",
    "url": "http://127.0.0.1:1/api/contact/",
    "headers": {"Content-Type": "application/json", "X-Request-ID": "kit-1"},
    "text": '{"name": "O\'Brien $HOME `id` ñ"}',
}
TRACEBACK = """\
noise
Traceback (most recent call last):
  File "/x/site-packages/django/core.py", line 1, in inner
    response = get_response(request)
  File "/home/ana/app/views.py", line 7, in post
    name = request.data["name"]
           ~~~~~~~~~~~~^^^^^^^^
  File "/x/site-packages/django/more.py", line 3, in deep
    raise KeyError(key)
  File "/x/site-packages/django/most.py", line 4, in deeper
    raise KeyError(key)
  File "/x/site-packages/django/last.py", line 5, in deepest
    raise KeyError(key)
KeyError: 'name'
"""


def row(**changes: Any) -> dict[str, Any]:
    """A red row of `check --json`."""
    plain: dict[str, Any] = {
        "id": "valid", "stage": "01", "asks": "brief", "verdict": "fail", "hint_id": None,
        "params": {}, "seconds": 1.0, "evidence": {"entries": [], "log": []},
    }  # fmt: skip
    return plain | changes


def entry(status: int = 500, text: str = "oops") -> dict[str, Any]:
    """One exchange."""
    answer = {"status": status, "headers": {"content-type": "text/html"}, "text": text, "ms": 5}
    return {"request": REQUEST, "request_id": "kit-1", "response": answer, "trouble": ""}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"params": {"reason": "timeout", "method": "GET", "path": "/", "waited": 15}}, LATE),
        ({"params": {"reason": "connection", "method": "GET", "path": "/", "error": "e"}}, CUT_OFF),
        ({"verdict": "crashed", "params": {"code": 1, "log": "x"}}, ENDED),
        ({"verdict": "crashed", "params": {"code": None, "port": 1}}, DEAF),
        ({"verdict": "crashed", "params": {"code": 2, "log": "can't open file 'm.py'"}}, NO_FILE),
        ({"verdict": "timeout", "params": {"seconds": 30}}, OVERDUE),
        ({"params": {"status": 500}}, COURSE.checks["01:valid"].general),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_way_to_be_red_has_its_sentence(
    changes: dict[str, Any], text: Text, language: str
) -> None:
    """The right text, with nothing left unfilled."""
    whole = row(**changes)
    said = Sentences(COURSE).of(whole, language)
    assert said == filled(text, whole, language)
    assert "{" not in said.replace("{port}", "")


def test_a_recognised_mistake_says_its_own_hint() -> None:
    """Whatever the verdict; what nobody noted is filled from the last answer, else with `…`."""
    sentences = Sentences(COURSE)
    for hint, text in sentences.hints.items():
        said = sentences.of(row(hint_id=hint, evidence={"entries": [entry()]}), "es")
        assert said == filled(text, row(evidence={"entries": [entry()]}), "es")
    assert (
        filled(Text(en="{status} {nobody}", es=""), row(evidence={"entries": [entry()]}), "en")
        == "500 …"
    )


def test_an_answer_inside_a_sentence_is_one_short_line() -> None:
    """A page is told by its title, anything else without line breaks and cut."""
    page = row(params={"text": "<html>\n<title>Server\nError</title>" + "x" * 500})
    assert filled(Text(en="{text}", es=""), page, "en") == "Server Error"
    long = filled(Text(en="{text}", es=""), row(params={"text": "a\n" * 900}), "en")
    assert len(long) < 200
    assert "\n" not in long


def test_braces_that_are_no_places_break_nothing() -> None:
    """A text with odd braces is shown as it is."""
    assert filled(Text(en="{", es="{"), row(), "en") == "{"


def test_evidence_on_a_screen_is_short_and_narrow() -> None:
    """At most seven lines, none too wide, no control characters, HTML by its title."""
    page = "<html><title>KeyError\n at /</title>" + "x" * 5000
    lines = compact(
        row(evidence={"entries": [entry(text=page)], "log": TRACEBACK.splitlines()}), width=60
    )
    assert len(lines) <= 7
    assert max(map(len, lines)) <= 60
    assert "KeyError at /" in lines[1]
    assert cut("a\x1b[31mb\x07", 60).isprintable()


def test_a_traceback_is_told_by_ones_own_frame_and_its_end() -> None:
    """Frames of installed packages are left out."""
    told = telling(TRACEBACK)
    assert any("views.py" in line for line in told)
    assert told[-1] == "KeyError: 'name'"
    assert not any("site-packages" in line for line in told)
    assert telling("") == []
    assert gist('{"a":1}') == '{"a": 1}'


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_a_request_can_be_pasted_into_bash() -> None:
    """Its words reach the program as they were: quotes, dollars and backticks included."""
    command = as_command(REQUEST, "bash").replace("curl", "printf '%s\\n'", 1)
    ran = subprocess.run(["bash", "-c", command], capture_output=True, check=True, encoding="utf-8")
    assert ran.stdout.splitlines()[-1] == REQUEST["text"]
    assert "X-Request-ID: kit-1" in ran.stdout


def test_a_request_for_powershell_doubles_its_quotes() -> None:
    """Single quotes: nothing inside them is a variable."""
    assert "O''Brien $HOME `id`" in as_command(REQUEST, "powershell")


def test_all_the_evidence_is_told_once() -> None:
    """Requests, answers, log and mails each have their part."""
    whole = row(
        evidence={
            "entries": [entry(), entry()],
            "log": ["a line"],
            "mails": ["Subject: one"],
            "processes": ["web: pid 1, exit code 0"],
            "redis": "stand-in",
        }
    )
    kinds = [part.kind for part in parts(whole, COURSE, "en", "bash")]
    assert kinds.count("http") == 4
    assert kinds.count("shell") == 1
    assert kinds.count("mail") == 1
    assert "stand-in" in as_text(whole, COURSE, "es", "bash")


def test_sums_leave_out_what_does_not_apply() -> None:
    """Skipped counts as not green; not applicable and not observable count nowhere."""
    verdicts = [
        Verdict.PASS,
        Verdict.FAIL,
        Verdict.SKIPPED,
        Verdict.NOT_APPLICABLE,
        Verdict.NOT_OBSERVABLE,
    ]
    results = [Result(f"c{n}", "01", "kit", verdict) for n, verdict in enumerate(verdicts)]
    counted = sum_of(results, "kit")
    assert (counted.green, counted.all) == (1, 3)
    assert width_of_terminal() < 80
