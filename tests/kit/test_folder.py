"""The folder of one running kit: two secrets, one user at a time."""

import stat
from pathlib import Path

import pytest

from kit_commands.errors import MachineNotReady
from kit_commands.folder import Folder


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    """The first run makes them with mode 600; every later run reads the same."""
    first, second = Folder(tmp_path), Folder(tmp_path)
    assert first.service_key() == second.service_key() != first.secret_key()
    for name in ("service.key", "secret.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_service_key_holds_the_key_alone(tmp_path: Path) -> None:
    """`$(cat var/service.key)` is the key."""
    key = Folder(tmp_path).service_key()
    assert (tmp_path / "service.key").read_text() == key + "\n"


def test_a_second_user_is_told_of_the_first(tmp_path: Path) -> None:
    """MachineNotReady carries the note of who is there; afterwards the folder is free again."""
    with Folder(tmp_path).claimed("pid 42"):
        with pytest.raises(MachineNotReady) as raised, Folder(tmp_path).claimed("pid 43"):
            pass
        assert "pid 42" in str(raised.value.fields["where"])
    with Folder(tmp_path).claimed("pid 44"):
        pass


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    """A file in the way is a matter of this machine, not a traceback."""
    (tmp_path / "file").touch()
    with pytest.raises(MachineNotReady), Folder(tmp_path / "file/var").claimed("pid 1"):
        pass
