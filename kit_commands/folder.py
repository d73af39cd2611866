"""The folder of one running kit (`var/`): used by one `up` at a time, keeper of its two secrets."""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from kit_commands.errors import MachineNotReady
from kit_commands.setup.turn import try_lock
from kit_commands.voice import Text

IN_USE = Text(
    en="Another kit.py up is using {folder}{where}: stop it, or give this one --data "
    "with another folder.",
    es="Otro kit.py up está usando {folder}{where}: páralo, o dale a este otra carpeta con --data.",
)
CANNOT_WRITE = Text(
    en="{folder} cannot be written ({reason}): give --data a folder of yours.",
    es="No se puede escribir en {folder} ({reason}): da con --data una carpeta tuya.",
)


class Folder:
    """Paths and secrets below one directory."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.logs = self.path / "logs"
        self.inbox = self.path / "inbox.sqlite3"
        self.service = self.path / "service.sqlite3"
        self.sent_emails = self.path / "sent_emails"

    @contextlib.contextmanager
    def claimed(self, note: str) -> Iterator[None]:
        """Be its only user; MachineNotReady tells the `note` (pid, address) of who is already."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            turn, notes = (self.path / "up.lock").open("a+b"), self.path / "up.txt"
        except OSError as error:
            raise MachineNotReady(CANNOT_WRITE, folder=self.path, reason=error.strerror) from error
        with turn:
            if not try_lock(turn):
                raise MachineNotReady(IN_USE, folder=self.path, where=_read(notes))
            notes.write_text(f" ({note})", encoding="utf-8")
            try:
                yield
            finally:
                notes.unlink(missing_ok=True)

    def service_key(self) -> str:
        """The key that other services call with; made at the first run."""
        return self._secret("service.key")

    def secret_key(self) -> str:
        """Django's own secret; made at the first run."""
        return self._secret("secret.key")

    def _secret(self, name: str) -> str:
        path = self.path / name
        if not path.exists():
            self._write_private(path, secrets.token_urlsafe(32))
        return path.read_text(encoding="utf-8").strip()

    def _write_private(self, path: Path, secret: str) -> None:
        """Whole or not at all, and never readable by others, not even for a moment."""
        draft = path.with_name(f"{path.name}.new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secret + "\n")
        draft.replace(path)


def digest(key: str) -> str:
    """The form in which SERVICE_API_KEYS holds a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
