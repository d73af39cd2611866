"""Filling `{port}` and its like in the commands and variables of a `service.toml`."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from kit_commands.voice import Text
from labs.runner.manifest import ManifestWrong

NAMES = (
    *("python", "port", "url", "data", "marker", "contact_to", "retry_delay", "mail_dir"),
    *("database_url", "db_host", "db_port", "db_name", "db_user", "db_password", "db_path"),
    *("redis_url", "redis_host", "redis_port", "smtp_host", "smtp_port"),
)
"""Every placeholder there is."""

_PLACE = re.compile(r"\{(\w+)\}")

UNKNOWN = Text(
    en="{path}: there is no placeholder {{{name}}}. There are: {known}.",
    es="{path}: no existe el marcador {{{name}}}. Existen: {known}.",
)


def fill(words: Iterable[str], values: Mapping[str, str], *, path: Path) -> list[str]:
    """Each word with its placeholders filled; ManifestWrong names one that does not exist."""
    return [fill_word(word, values, path=path) for word in words]


def fill_word(word: str, values: Mapping[str, str], *, path: Path) -> str:
    """One word filled; a placeholder without a value here, such as {db_path}, becomes empty."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in NAMES:
            raise ManifestWrong(UNKNOWN, path=path, name=name, known=", ".join(NAMES))
        return values.get(name, "")

    return _PLACE.sub(value, word)
