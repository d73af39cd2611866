"""Verbs for trying things by hand: send, inbox, cut, replay, watch; and `install`."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import httpx
import pytest

from kit_commands.errors import WrongCommand
from labs.runner.installing import InstallFailed, python_for
from labs.runner.machine import accepts, free_port
from labs.runner.manifest import read_manifest
from labs.runner.waiting import wait_until
from labs.verbs.send import fields
from mock_smtp.testing import running_inbox
from tests.labs.conftest import HEALTHY, Kit

Build = Callable[[str, Path], Path]
NOT_WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one")
TELLS_NOTHING = HEALTHY.replace('"application/json"', '"text/html"')


@contextmanager
def cutting(kit: Kit, *words: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """`cut` running: the service's address, and what presses Enter and waits for the word on it."""
    port = free_port()
    with kit.begin("cut", *words, "--port", str(port)) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        said: list[str] = []
        stdin, stdout = running.stdin, running.stdout
        Thread(target=lambda: said.extend(iter(stdout.readline, "")), daemon=True).start()

        def enter() -> None:
            before = len(said)
            stdin.write("\n")
            stdin.flush()
            assert wait_until(lambda: len(said) > before, 10), said

        try:
            # Three lines of addresses, then the word that it is cut.
            assert wait_until(lambda: len(said) >= 4 or running.poll() is not None, 90), said
            yield f"http://127.0.0.1:{port}", enter
        finally:
            running.send_signal(signal.SIGINT)
            assert running.wait(30) == 0


@NOT_WINDOWS
def test_cut_takes_the_database_away_and_brings_it_back(kit: Kit, solution: Build) -> None:
    """On the port that was asked for: an error while it is cut, 2xx before the next Enter."""
    solution("02-persistence", kit.workspace)
    with cutting(kit, "db") as (url, enter):
        sent = kit("send", "contact", "name=Ana", "--url", url)
        assert sent.code == 1
        enter()
        sent = kit("send", "contact", "name=Ana", "--url", url)
        assert sent.code == 0
        assert "queued" in sent.out


def test_cut_says_when_the_service_does_not_come_up(kit: Kit) -> None:
    """1, with its last words."""
    kit.write("import sys; sys.exit('no mood')")
    ran = kit("cut", "redis", "--port", str(free_port()))
    assert ran.code == 1
    assert "no mood" in ran.out


def test_send_to_nobody_is_one_sentence(kit: Kit) -> None:
    """And a word that is no field is a wrong command."""
    ran = kit("send", "contact", "--url", f"http://127.0.0.1:{free_port()}")
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert fields(["name=Ana", "message=a=b"]) == {"name": "Ana", "message": "a=b"}
    with pytest.raises(WrongCommand):
        fields(["Ana"])


def test_inbox_lists_the_mails_of_an_open_one(kit: Kit) -> None:
    """Subjects and addresses; an empty one is no mistake, nobody at a named address is."""
    with running_inbox() as inbox:
        assert kit("inbox", "--url", inbox.base_url).code == 0
        body = {"From": {"Email": "a@example.com"}, "To": [{"Email": "ana@example.com"}]}
        sent = httpx.post(
            f"{inbox.base_url}/api/v1/send", json={**body, "Subject": "Hola ñ", "Text": "x"}
        )
        assert sent.is_success
        ran = kit("inbox", "--url", inbox.base_url)
    assert "Hola ñ" in ran.out
    assert "ana@example.com" in ran.out
    assert kit("inbox", "--url", f"http://127.0.0.1:{free_port()}").code == 2


def test_replay_sends_the_recorded_request_again(kit: Kit) -> None:
    """To a service started for it, and ended afterwards."""
    kit.write(TELLS_NOTHING)
    assert kit("check", "--json").code == 1
    ran = kit("replay")
    assert ran.code == 0
    assert "GET /healthz" in ran.out
    assert "200" in ran.out
    assert kit("replay", "--url", f"http://127.0.0.1:{free_port()}").code == 2


@NOT_WINDOWS
def test_watch_checks_again_after_a_change(kit: Kit) -> None:
    """Red, a file is saved, green; Ctrl-C is 0."""
    kit.write(TELLS_NOTHING)
    last = kit.home / ".labs" / "last" / "run.json"

    def red() -> str | None:
        try:
            said: str = json.loads(last.read_text(encoding="utf-8"))["red"]
        except (OSError, ValueError):
            return None
        return said

    with kit.begin("watch", "00") as running:
        assert running.stdout is not None
        Thread(target=running.stdout.read, daemon=True).start()
        assert wait_until(lambda: red() == "00:healthz-json", 120)
        sleep(1)
        kit.write(HEALTHY)
        assert wait_until(lambda: red() == "", 120)
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 0


def project(folder: Path, *commands: list[str]) -> Path:
    """A folder whose service.toml installs by these commands."""
    (folder / "needs.txt").write_text("one\n", encoding="utf-8")
    text = f"format = 1\n[service]\nweb = ['x']\ninstall = {json.dumps(commands)}\n"
    (folder / "service.toml").write_text(text, encoding="utf-8")
    return folder


def test_install_runs_once_until_a_named_file_changes(tmp_path: Path) -> None:
    """`{python}` is an environment of the project's own, cached by what the commands name."""
    note = "import sys; open('ran', 'a').write(sys.prefix + chr(10))"
    folder = project(tmp_path, ["{python}", "-c", note, "needs.txt"])
    begun: list[int] = []

    def python() -> str:
        return python_for(read_manifest(folder), tmp_path / "envs", begins=lambda: begun.append(1))

    first, again = python(), python()
    assert first == again
    assert Path(first).is_relative_to(tmp_path / "envs")
    assert (folder / "ran").read_text(encoding="utf-8").count("\n") == len(begun) == 1
    (folder / "needs.txt").write_text("two\n", encoding="utf-8")
    assert python() != first
    assert len(begun) == 2


def test_a_failed_install_is_one_sentence_and_is_tried_again(kit: Kit) -> None:
    """1 with the last lines of the command; nothing of it counts as made."""
    kit.workspace.mkdir()
    folder = project(kit.workspace, ["{python}", "-c", "raise SystemExit('no such version')"])
    with pytest.raises(InstallFailed):
        python_for(read_manifest(folder), kit.home / "envs", begins=lambda: None)
    ran = kit("check", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "no such version" in ran.err
    assert "Traceback" not in ran.err


def test_the_inbox_opens_on_its_usual_ports_where_none_is(kit: Kit) -> None:
    """Until Ctrl-C; left out where those ports are taken."""
    if accepts(8025) or accepts(1025) or os.name != "posix":
        pytest.skip("ports 8025 and 1025 are in use here")
    with kit.begin("inbox") as running:
        assert running.stdout is not None
        Thread(target=running.stdout.read, daemon=True).start()
        assert wait_until(lambda: accepts(8025) and accepts(1025), 60)
        running.send_signal(signal.SIGINT)
        begun = monotonic()
        running.wait(30)
        assert monotonic() - begun < 30
