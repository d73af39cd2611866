"""The clean environment of a student's process: an allow-list, then the judge's values."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labs.runner.manifest import Manifest
from labs.runner.placeholders import fill_word
from labs.runner.processes.tree import TOKEN

KEPT = (
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LC_ALL"),
    *("LD_LIBRARY_PATH", "DOCKER_HOST", "PIP_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONFIG_FILE"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE"),
    *("APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"),
)
"""What a process needs from this machine; anything else of ours would only work here."""

CONTACT_TO = "owner@example.test"
ALLOWED_ORIGIN = "http://blog.example.test"
RETRY_DELAY = "0.2"


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What one start of a service is given."""

    port: int
    data: Path
    smtp_port: int
    redis_port: int
    database_url: str
    token: str
    certificate: str = ""
    contact_to: str = CONTACT_TO
    retry_delay: str = RETRY_DELAY
    """Empty: nobody says one, and the service's own default holds."""

    def placeholders(self, python: str) -> dict[str, str]:
        """The value of every placeholder of `service.toml`."""
        return {
            "python": python,
            "port": str(self.port),
            "url": f"http://127.0.0.1:{self.port}",
            "data": str(self.data),
            "redis_url": f"redis://127.0.0.1:{self.redis_port}/0",
            "redis_host": "127.0.0.1",
            "redis_port": str(self.redis_port),
            "smtp_host": "127.0.0.1",
            "smtp_port": str(self.smtp_port),
            "mail_dir": str(self.data / "mail"),
            "contact_to": self.contact_to,
            "retry_delay": self.retry_delay,
            **self._database(),
        }

    def variables(self, python: str) -> dict[str, str]:
        """What every service gets without asking, under the brief's usual names."""
        place = self.placeholders(python)
        given = {
            "PORT": place["port"],
            "DATABASE_URL": place["database_url"],
            "REDIS_URL": place["redis_url"],
            "EMAIL_TRANSPORT": "smtp",
            "EMAIL_HOST": place["smtp_host"],
            "EMAIL_PORT": place["smtp_port"],
            "EMAIL_FILE_PATH": place["mail_dir"],
            "CONTACT_RECIPIENT": place["contact_to"],
            "EMAIL_RETRY_DELAY": place["retry_delay"],
            "CORS_ALLOWED_ORIGINS": ALLOWED_ORIGIN,
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            TOKEN: self.token,
        }
        if self.certificate:
            given["SSL_CERT_FILE"] = self.certificate
        if not self.retry_delay:
            del given["EMAIL_RETRY_DELAY"]
        return given

    def _database(self) -> dict[str, str]:
        url = self.database_url
        if url.startswith("sqlite"):
            path = str(self.data / "db.sqlite3")
            names = ("db_host", "db_port", "db_user", "db_password")
            return {"database_url": url, "db_path": path, "db_name": path} | dict.fromkeys(
                names, ""
            )
        account, _, place = url.removeprefix("postgres://").rpartition("@")
        user, _, password = account.partition(":")
        address, _, name = place.partition("/")
        host, _, port = address.partition(":")
        return {
            "database_url": url,
            "db_host": host,
            "db_port": port,
            "db_name": name,
            "db_user": user,
            "db_password": password,
            "db_path": "",
        }


def environment(
    manifest: Manifest, given: Surroundings, python: str, extra: Mapping[str, str]
) -> dict[str, str]:
    """All variables of one start: the machine's few, the judge's, the student's names for them.

    `extra` is what a check sets, such as EMAIL_TRANSPORT; a name of `[env]` cannot undo it.
    """
    place = given.placeholders(python)
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    own = {
        name: fill_word(value, place, path=manifest.path)
        for name, value in manifest.env.items()
        if given.retry_delay or "{retry_delay}" not in value
    }
    return {**kept, **given.variables(python), **own, **extra}


def kit_python() -> str:
    """The interpreter of the kit, which has every package of the course."""
    return sys.executable
