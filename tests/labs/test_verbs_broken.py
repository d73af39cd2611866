"""Services that misbehave: each is one clear red, exit code 1, and no process is left."""

import os
import signal
import socket
import sys
from time import monotonic, sleep

import pytest

from tests.labs.conftest import HEALTHY, Kit

SYNTAX_ERROR = "def broken(:\n    pass\n"
ENDLESS = "while True:\n    pass\n"
TALKATIVE = """
import os, sys
line = b"x" * 65_000 + b"\\n"
for _ in range(16_500):
    os.write(1, line)
sys.exit("tired of talking")
"""
BINARY = """
import os, sys
os.write(1, bytes(range(256)) * 50)
os.write(2, b"\\x1b[2J\\x1b[31m\\xff\\xfe last words \\x07\\n")
sys.exit(3)
"""
DOUBLE_FORK = """
import os, signal, sys
if os.fork():
    sys.exit(0)
os.setsid()
if os.fork():
    os._exit(0)
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
"""
FIXED_PORT = HEALTHY.replace('int(os.environ["PORT"])', "{port}")


def listens(kit: Kit) -> dict[str, object]:
    """The row of `00:listens`, after a red check of stage 00."""
    ran = kit("check", "00", "--json")
    assert ran.code == 1
    row: dict[str, object] = next(one for one in ran.json["checks"] if one["id"] == "listens")
    return row


@pytest.mark.parametrize(
    ("main", "code"),
    [(SYNTAX_ERROR, 1), (TALKATIVE, 1), (BINARY, 3)],
    ids=["syntax", "1GB", "binary"],
)
def test_a_service_that_ends_is_crashed_with_its_code(kit: Kit, main: str, code: int) -> None:
    """The exit code and the last words are kept, however many and however odd."""
    kit.write(main)
    row = listens(kit)
    assert row["verdict"] == "crashed"
    params = row["params"]
    assert isinstance(params, dict)
    assert params["code"] == code
    assert params["log"].strip()


def test_what_a_service_writes_cannot_move_the_cursor(kit: Kit) -> None:
    """Escape codes of a log are shown as blanks."""
    kit.write(BINARY)
    ran = kit("check", "00")
    assert ran.code == 1
    assert "last words" in ran.out
    assert "\x1b" not in ran.out + ran.err
    assert "\x07" not in ran.out + ran.err


def test_an_endless_loop_at_the_start_is_red_in_time(kit: Kit) -> None:
    """It lives and does not listen: not a crash, not a hang of ours."""
    kit.write(ENDLESS)
    row = listens(kit)
    assert row["verdict"] == "fail"
    assert row["hint_id"] is None


def test_a_taken_port_is_named_as_a_port_in_the_code(kit: Kit) -> None:
    """It died because its own port was taken, while the one given was free."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        kit.write(FIXED_PORT.replace("{port}", str(taken.getsockname()[1])))
        row = listens(kit)
    assert (row["verdict"], row["hint_id"]) == ("crashed", "fixed-port")


@pytest.mark.skipif(os.name != "posix", reason="there is no fork elsewhere")
def test_a_double_fork_that_ignores_signals_is_ended(kit: Kit) -> None:
    """It is red, and the fixture sees that nothing of it lives afterwards."""
    kit.write(DOUBLE_FORK + HEALTHY)
    assert kit("check", "00", "--json").code == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_check_leaves_nothing(kit: Kit, number: signal.Signals) -> None:
    """130, with the service ended first; the fixture looks for what is left."""
    kit.write(HEALTHY)
    running = kit.begin("check", "00")
    wait_for_service(kit)
    running.send_signal(number)
    running.send_signal(number)
    assert running.wait(30) == 130
    running.communicate()


def wait_for_service(kit: Kit) -> None:
    """Return once the student's service runs."""
    give_up = monotonic() + 60
    while not kit.left():
        assert monotonic() < give_up
        sleep(0.05)


def test_without_service_toml_there_is_one_sentence(kit: Kit) -> None:
    """On stderr, so that stdout stays for programs; red, not our fault."""
    ran = kit("check", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    "text", ["format = 1", "format = 1\n[service]\nweb = 'x'", "=", "format = 2"]
)
def test_a_wrong_service_toml_is_one_sentence(kit: Kit, text: str) -> None:
    """It names the file; there is no traceback."""
    kit.workspace.mkdir()
    (kit.workspace / "service.toml").write_text(text, encoding="utf-8")
    ran = kit("check")
    assert ran.code == 1
    assert "service.toml" in ran.err
    assert "Traceback" not in ran.err


def test_a_program_that_does_not_exist_is_named(kit: Kit) -> None:
    """The command of service.toml that cannot be started."""
    kit.workspace.mkdir()
    text = 'format = 1\n[service]\nweb = ["no-such-program-here", "{port}"]\n'
    (kit.workspace / "service.toml").write_text(text, encoding="utf-8")
    row = listens(kit)
    assert (row["verdict"], row["hint_id"]) == ("crashed", "cannot-launch")
