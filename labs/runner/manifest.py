"""`service.toml`: how any stack is installed, migrated and started (labs/README, section 3)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kit_commands.errors import KitError
from kit_commands.voice import Text

NAME = "service.toml"
FORMAT = 1

MISSING = Text(
    en="No service.toml in {folder}: “{kit} start” writes one, “{kit} doctor” proposes one.",
    es="No hay service.toml en {folder}: «{kit} empezar» lo escribe, «{kit} doctor» lo propone.",
)
UNREADABLE = Text(
    en="{path} is not valid TOML: {reason}.",
    es="{path} no es TOML válido: {reason}.",
)
WRONG = Text(
    en="{path}: {key} must be {wanted}.",
    es="{path}: {key} debe ser {wanted}.",
)
COMMAND = '["program", "argument", …]'

Command = tuple[str, ...]


class ManifestWrong(KitError):
    """`service.toml` is absent or cannot be used; the sentence names the key."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What one `service.toml` says; commands are argument lists with placeholders in them."""

    folder: Path
    web: Command
    port: int = 8002
    install: tuple[Command, ...] = ()
    migrate: Command | None = None
    processes: Mapping[str, Command] = field(default_factory=dict)
    caller: Command | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    id_field: str = ""
    id_header: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    log_files: tuple[str, ...] = ()
    mail_dirs: tuple[str, ...] = ()
    database: str = "sqlite"

    @property
    def path(self) -> Path:
        """The file that says all this."""
        return self.folder / NAME


def read_manifest(folder: Path, *, kit: str = "kit.py") -> Manifest:
    """The manifest of a student's folder; ManifestWrong with the cure if it cannot be used."""
    path = folder / NAME
    if not path.is_file():
        raise ManifestWrong(MISSING, folder=folder, kit=kit)
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestWrong(UNREADABLE, path=path, reason=error) from None
    return _Reader(path, said).manifest()


class _Reader:
    """Reads one file's values, and names the key of a wrong one."""

    def __init__(self, path: Path, said: dict[str, Any]) -> None:
        self._path = path
        self._said = said

    def manifest(self) -> Manifest:
        """Everything, checked."""
        if self._said.get("format") != FORMAT:
            raise self._wrong("format", str(FORMAT))
        return Manifest(
            folder=self._path.parent,
            web=self._command("service", "web"),
            port=self._value("service", "port", int, 8002),
            install=self._commands("service", "install"),
            migrate=self._optional_command("service", "migrate"),
            processes=self._processes(),
            caller=self._optional_command("caller", "run"),
            env=self._words("env"),
            id_field=self._value("request", "id_field", str, ""),
            id_header=self._value("request", "id_header", str, ""),
            headers=self._table_of_words("request", "headers"),
            log_files=self._names("logs", "files"),
            mail_dirs=self._names("mail", "dirs"),
            database=self._kind(),
        )

    def _section(self, name: str) -> dict[str, Any]:
        section = self._said.get(name, {})
        if not isinstance(section, dict):
            raise self._wrong(f"[{name}]", "a table")
        return section

    def _value(self, section: str, key: str, kind: type, default: Any) -> Any:
        value = self._section(section).get(key, default)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self._wrong(f"{section}.{key}", kind.__name__)
        return value

    def _command(self, section: str, key: str) -> Command:
        return self._as_command(f"{section}.{key}", self._section(section).get(key))

    def _optional_command(self, section: str, key: str) -> Command | None:
        said = self._section(section).get(key)
        return self._as_command(f"{section}.{key}", said) if said else None

    def _commands(self, section: str, key: str) -> tuple[Command, ...]:
        said = self._value(section, key, list, [])
        return tuple(self._as_command(f"{section}.{key}", one) for one in said)

    def _processes(self) -> dict[str, Command]:
        section = self._section("processes")
        return {name: self._as_command(f"processes.{name}", one) for name, one in section.items()}

    def _as_command(self, key: str, said: Any) -> Command:
        if not isinstance(said, list) or not said or not all(isinstance(w, str) for w in said):
            raise self._wrong(key, COMMAND)
        return tuple(said)

    def _names(self, section: str, key: str) -> tuple[str, ...]:
        said = self._value(section, key, list, [])
        if not all(isinstance(name, str) for name in said):
            raise self._wrong(f"{section}.{key}", '["name", …]')
        return tuple(said)

    def _words(self, name: str) -> dict[str, str]:
        return {key: self._word(f"{name}.{key}", one) for key, one in self._section(name).items()}

    def _table_of_words(self, section: str, key: str) -> dict[str, str]:
        said = self._value(section, key, dict, {})
        return {name: self._word(f"{section}.{key}.{name}", one) for name, one in said.items()}

    def _word(self, key: str, said: Any) -> str:
        if not isinstance(said, str | int | float) or isinstance(said, bool):
            raise self._wrong(key, '"text"')
        return str(said)

    def _kind(self) -> str:
        kind: str = self._value("database", "kind", str, "sqlite")
        if kind not in {"sqlite", "postgres"}:
            raise self._wrong("database.kind", '"sqlite" / "postgres"')
        return kind

    def _wrong(self, key: str, wanted: str) -> ManifestWrong:
        return ManifestWrong(WRONG, path=self._path, key=key, wanted=wanted)
