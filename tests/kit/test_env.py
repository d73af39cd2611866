"""`kit.py env`: secrets made once, readable by their owner alone, the key beside its hash."""

import io
import stat
import sys
from pathlib import Path

import pytest

from kit_commands import env
from kit_commands.errors import MachineNotReady
from kit_commands.folder import digest
from kit_commands.voice import Voice


def values(path: Path) -> dict[str, str]:
    """The variables in a file, as compose reads them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def test_every_secret_is_random_and_the_hash_is_the_keys(tmp_path: Path) -> None:
    """Two files share no secret; SERVICE_API_KEYS holds what SERVICE_KEY hashes to."""
    assert env.make(tmp_path / "one")
    assert env.make(tmp_path / "two")
    one, two = values(tmp_path / "one"), values(tmp_path / "two")
    assert set(one) == {"POSTGRES_PASSWORD", "SECRET_KEY", "SERVICE_KEY", "SERVICE_API_KEYS"}
    assert not set(one.values()) & set(two.values())
    assert one["SERVICE_API_KEYS"] == f"kit:{digest(one['SERVICE_KEY'])}"
    assert not any(set("$'\"# ") & set(value) for value in one.values())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    """Mode 600 from the first moment on."""
    env.make(tmp_path / ".env")
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_there_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """The second time it says so, in either language, and ends well."""
    monkeypatch.setattr(env, "ROOT", tmp_path)
    said = [io.StringIO(), io.StringIO()]
    assert env.main([], Voice(language, said[0])) == 0
    first = (tmp_path / ".env").read_bytes()
    assert env.main([], Voice(language, said[1])) == 0
    assert (tmp_path / ".env").read_bytes() == first
    assert ".env" in said[0].getvalue() != said[1].getvalue()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A sentence instead of a traceback."""
    with pytest.raises(MachineNotReady, match="cannot be written"):
        env.make(tmp_path / "nowhere" / ".env")


def test_git_does_not_see_it() -> None:
    """What holds secrets stays out of the repository and of the image."""
    root = Path(__file__).resolve().parents[2]
    assert ".env" in (root / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "*" in (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
