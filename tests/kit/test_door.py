"""kit.py itself: any Python gets a sentence, a supported one gets the kit."""

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
NOWHERE = {"PATH": "/nonexistent", "HOME": "/nonexistent", "LANG": "C"}
OLD = sorted((Path.home() / ".pyenv/versions").glob("[23].[0-9]*/bin/python"))


@pytest.fixture
def door() -> ModuleType:
    """kit.py, imported."""
    spec = importlib.util.spec_from_file_location("door", ROOT / "kit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_kit_py_holds_no_syntax_newer_than_python_3_4() -> None:
    """An old Python parses kit.py, so it can say what is missing."""
    tree = ast.parse((ROOT / "kit.py").read_text(encoding="utf-8"), feature_version=(3, 4))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.AnnAssign)]


def test_kit_py_imports_nothing_of_the_kit_before_the_version_is_known() -> None:
    """Only the standard library is needed to say that Python is too old."""
    tree = ast.parse((ROOT / "kit.py").read_text(encoding="utf-8"))
    names = {
        alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names
    }
    assert names <= sys.stdlib_module_names
    assert not [node for node in tree.body if isinstance(node, ast.ImportFrom)]


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_old_python_alone_gets_one_sentence_and_code_2(
    door: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    language: str,
) -> None:
    """Where no supported Python is found, one line says what to install; 2 is the exit code."""
    monkeypatch.setattr(door, "SUPPORTED", [])
    monkeypatch.setattr(door, "candidates", list)
    assert door.main(["up", "--lang", language]) == 2
    said = capfd.readouterr().err
    assert said == door.TOO_OLD[language] % (
        f"{sys.version_info[0]}.{sys.version_info[1]}",
        door.CURES.get(sys.platform, door.ANY_CURE),
    )


def test_every_old_python_of_this_machine_gets_one_sentence(clone: Path) -> None:
    """No SyntaxError and no traceback on any unsupported Python that is installed here."""
    for python in OLD:
        if "/3.1" in str(python) and "/3.10" not in str(python):
            continue
        answer = subprocess.run(
            [python, clone / "kit.py", "up"], env=NOWHERE, capture_output=True, check=False
        )
        assert (answer.returncode, answer.stderr.count(b"\n")) == (2, 1), (python, answer)


def test_an_old_python_becomes_a_supported_one_on_path(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first candidate that answers with a supported version takes over, arguments and all."""
    became: list[list[str]] = []
    current = sys.version_info[:2]
    monkeypatch.setattr(door, "candidates", lambda: ["/nonexistent/python", sys.executable])
    monkeypatch.setattr(door, "become", became.append)
    monkeypatch.setattr(sys, "version_info", (3, 8, 0))
    monkeypatch.setattr(door, "SUPPORTED", [current])
    door.main(["up", "--port", "1"])
    assert became == [[sys.executable, os.fspath(ROOT / "kit.py"), "up", "--port", "1"]]


def test_a_broken_shim_is_not_a_python(door: ModuleType, tmp_path: Path) -> None:
    """A name on PATH that does not start, or starts and fails, is passed over."""
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    assert not door.answers_supported(str(shim))
    assert not door.answers_supported("/nonexistent/python3.13")
    assert door.answers_supported(sys.executable)


def test_the_windows_launchers_list_is_read(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both forms of `py -0p` give the path of every supported Python, spaces included."""
    listed = (
        b" -V:3.13 *        C:\\Program Files\\Python 313\\python.exe\r\n"
        b" -3.12-64         C:\\Python312\\python.exe\r\n"
        b" -V:3.9           C:\\Python39\\python.exe\r\n"
    )
    monkeypatch.setattr(door, "WINDOWS", True)
    monkeypatch.setattr(subprocess, "check_output", lambda *_, **__: listed)
    assert door.from_launcher() == [
        "C:\\Program Files\\Python 313\\python.exe",
        "C:\\Python312\\python.exe",
    ]
