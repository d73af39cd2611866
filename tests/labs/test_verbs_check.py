"""`check`: what it answers to people and to programs, and what it keeps."""

import json
import os
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from labs.runner.machine import accepts, free_port
from labs.runner.waiting import wait_until
from mock_smtp.testing import running_inbox
from tests.labs.conftest import HEALTHY, Kit

ROW = {"id", "stage", "asks", "verdict", "hint_id", "params", "seconds", "evidence"}
WHOLE = {"format", "stage", "profile", "factor", "verdict", "checks"}
TELLS_NOTHING = HEALTHY.replace('"application/json"', '"text/html"')
Build = Callable[[str, Path], Path]


def progress(kit: Kit) -> dict[str, object]:
    """What `.labs/progress.toml` says."""
    return tomllib.loads((kit.home / ".labs" / "progress.toml").read_text(encoding="utf-8"))


def test_a_green_stage_exits_0_and_moves_on(kit: Kit) -> None:
    """The object is that of the specification; the next stage is the current one."""
    kit.write(HEALTHY)
    ran = kit("check", "--json")
    assert ran.code == 0, ran.out
    assert ran.json.keys() == WHOLE
    assert all(row.keys() == ROW for row in ran.json["checks"])
    assert (ran.json["verdict"], ran.json["stage"]) == ("green", "00-start")
    said = progress(kit)
    assert said["current"] == "01-contact"
    assert kit("hint").code == 0


def test_a_red_stage_exits_1_and_keeps_its_evidence(kit: Kit) -> None:
    """First red in the progress; evidence as JSON and text, readable by `why` in both languages."""
    kit.write(TELLS_NOTHING)
    ran = kit("check", "--json")
    assert ran.code == 1
    assert ran.verdicts()["00:healthz-json"] == "fail"
    assert progress(kit)["current"] == "00-start"
    kept = json.loads((kit.home / ".labs/last/evidence.json").read_text(encoding="utf-8"))
    assert (kept["id"], kept["hint_id"]) == ("healthz-json", "health-not-json")
    assert kept["evidence"]["entries"][-1]["response"]["status"] == 200
    assert (kit.home / ".labs/last/evidence.txt").stat().st_size
    for language in ("en", "es"):
        told = kit("why", language=language)
        assert told.code == 0
        assert "/healthz" in told.out


def test_json_is_all_there_is_on_stdout(kit: Kit) -> None:
    """One line that parses, nothing before or after it, and nothing on stderr."""
    kit.write(TELLS_NOTHING)
    ran = kit("check", "--json")
    assert ran.out.count("\n") == 1
    assert ran.err == ""


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_first_red_fits_on_a_screen(kit: Kit, language: str) -> None:
    """24 lines of 80 columns, without colours or tricks off a terminal."""
    kit.write(TELLS_NOTHING)
    ran = kit("check", language=language)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in ran.out
    assert "\r" not in ran.out


def test_a_code_page_without_marks_gets_letters(kit: Kit) -> None:
    """No question marks where there should be a tick."""
    kit.write(TELLS_NOTHING)
    environ = {**kit.environ(), "PYTHONUTF8": "0", "PYTHONIOENCODING": "cp850"}
    command = [*kit.command("es"), "check"]
    ran = subprocess.run(command, cwd=kit.home, env=environ, capture_output=True, check=False)
    assert ran.returncode == 1
    shown = ran.stdout.decode("cp850")
    assert "X 00:healthz-json" in shown
    assert "->" in shown


def test_junit_has_a_case_for_each_check(kit: Kit) -> None:
    """The same verdicts: failures are failures, what was not looked at is skipped."""
    kit.write(TELLS_NOTHING)
    ran = kit("check", "--json", "--junit", "out/report.xml")
    suite = ET.parse(kit.home / "out" / "report.xml").getroot()[0]
    cases = {case.attrib["name"]: [child.tag for child in case] for case in suite}
    assert len(cases) == len(ran.json["checks"])
    assert cases["healthz-json"] == ["failure"]
    assert cases["listens"] == []


def test_the_brief_asks_less(kit: Kit) -> None:
    """What only the course asks is not looked at, but for the gate."""
    kit.write(TELLS_NOTHING)
    ran = kit("check", "--profile", "brief", "--json")
    assert ran.code == 0
    assert {row["asks"] for row in ran.json["checks"] if row["id"] != "listens"} == {"brief"}


def test_a_stage_that_does_not_exist_exits_2(kit: Kit) -> None:
    """A wrong command is not red."""
    kit.write(HEALTHY)
    assert kit("check", "99").code == 2
    assert kit("check", "--nonsense").code == 2


def test_the_starter_of_a_stage_is_red_and_earlier_stages_are_included(
    kit: Kit, solution: Build
) -> None:
    """Solution 00 at stage 01: red at what 01 asks, green at what 00 asked."""
    solution("00-start", kit.workspace)
    ran = kit("check", "01", "--json")
    assert ran.code == 1
    verdicts = ran.verdicts()
    assert verdicts["01:valid"] == "fail"
    assert verdicts["00:stops"] == "pass"
    alone = kit("check", "01", "--solo", "--json")
    assert "00:stops" not in alone.verdicts()


def test_a_seed_repeats_the_random_data(kit: Kit, solution: Build) -> None:
    """Two runs with one seed send the same."""
    solution("00-start", kit.workspace)
    runs = [kit("check", "01", "--solo", "--seed", "7", "--json").json for _ in range(2)]
    sent = [
        [
            entry["request"]["text"]
            for row in run["checks"]
            for entry in row["evidence"].get("entries", [])
        ]
        for run in runs
    ]
    assert sent[0] == sent[1] != []


def test_a_service_elsewhere_is_never_passed_for_what_was_not_seen(kit: Kit) -> None:
    """Over HTTP only: the rest is not observable here; the student's progress is left alone."""
    port = free_port()
    folder = kit.write(HEALTHY)
    environ = {**os.environ, "PORT": str(port)}
    with subprocess.Popen([sys.executable, "main.py"], cwd=folder, env=environ) as service:
        try:
            assert wait_until(lambda: accepts(port), 20)
            ran = kit("check", "00", "--url", f"http://127.0.0.1:{port}", "--json")
        finally:
            service.kill()
    verdicts = ran.verdicts()
    assert verdicts["00:healthz-json"] == "pass"
    assert verdicts["00:stops"] == verdicts["00:listens"] == "not observable here"
    assert not (kit.home / ".labs" / "progress.toml").exists()


def test_nobody_at_the_url_is_one_sentence(kit: Kit) -> None:
    """Asked once, before anything begins."""
    ran = kit("check", "--url", f"http://127.0.0.1:{free_port()}")
    assert ran.code == 2
    assert ran.err.count("\n") == 1


def test_a_service_elsewhere_is_seen_with_its_mails(kit: Kit, solution: Build) -> None:
    """With the inbox that it sends to, the checks of mail run too, whoever its recipient is."""
    folder, port = solution("03-mail", kit.home / "elsewhere"), free_port()
    with running_inbox() as inbox:
        database = f"sqlite:///{(kit.home / 'db.sqlite3').as_posix()}"
        smtp = {
            "EMAIL_TRANSPORT": "smtp",
            "EMAIL_HOST": "127.0.0.1",
            "CONTACT_RECIPIENT": "a@b.example",
        }
        ours = {**smtp, "EMAIL_PORT": str(inbox.smtp_port), "DATABASE_URL": database}
        environ = {**kit.environ(), **ours, "PORT": str(port)}
        manage = [sys.executable, "manage.py"]
        subprocess.run([*manage, "migrate", "--noinput"], cwd=folder, env=environ, check=True)
        serve = [*manage, "runserver", f"127.0.0.1:{port}", "--noreload"]
        with subprocess.Popen(serve, cwd=folder, env=environ) as service:
            try:
                assert wait_until(lambda: accepts(port), 60)
                where = ["--url", f"http://127.0.0.1:{port}", "--smtp-seen", inbox.base_url]
                ran = kit("check", "03", *where, "--json")
            finally:
                service.kill()
    assert ran.code == 0, ran.out
    verdicts = ran.verdicts()
    seen = {f"03:{name}" for name in ("mail-goes-out", "exactly-one", "headers", "header-safe")}
    assert {verdicts[key] for key in seen} == {"pass"}
    assert verdicts["03:transports"] == "not observable here"
