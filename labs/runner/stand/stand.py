"""One service under judgement and what a check may ask of it: HTTP, database, mails, lines."""

import re
from contextlib import suppress
from time import monotonic
from typing import Any

from labs.runner.databases import PostgresTables, SqliteTables, Tables
from labs.runner.gates import Gate
from labs.runner.stand.http import Answer, Http
from labs.runner.stand.life import Setting
from labs.runner.stand.logs import LogLine, parse
from labs.runner.stand.mails import FolderMails, Mail
from labs.runner.stand.parts import Parts

_CONSOLE = re.compile(r"^-{79}$", re.MULTILINE)
"""The line that Django's console backend writes behind each mail."""


class Stand(Parts):
    """A service that can be started, asked, stopped and started again on the same data."""

    def __init__(self, setting: Setting, *, smtp: Gate, redis: Gate, postgres: Gate | None) -> None:
        super().__init__(setting, smtp=smtp, redis=redis, postgres=postgres)
        self.contact_to = setting.contact_to
        """Who gets the form's mail; empty where that is not ours to say."""
        self.http = Http(f"http://127.0.0.1:{self.port}", setting.manifest.headers)
        self.last_mails: list[Mail] = []
        self.beside = False
        """Whether it was made for a check that runs beside the others."""
        self._looked_at = 0.0

    def close(self) -> None:
        """End everything and forget the data."""
        super().close()
        self.http.close()

    def send(self, method: str, path: str, **options: Any) -> Answer:
        """One request, as `Http.send`; Crashed instead of NoAnswer when the service has ended."""
        return self.http.send(method, path, **options)

    @property
    def tables(self) -> Tables:
        """The database that the judge gave."""
        if self.setting.database_name:
            return PostgresTables(self.postgres_url(self.setting.database_server))
        return SqliteTables(self.setting.data / "db.sqlite3")

    def mails(self, marker: str) -> list[Mail]:
        """Mail with the marker, in the inbox or in a folder."""
        self.last_mails = [*self.setting.inbox.with_marker(marker), *self.file_mails(marker)]
        self._looked_at = monotonic()
        return self.last_mails

    def file_mails(self, marker: str) -> list[Mail]:
        """Mail with the marker in the folder given or in those that `service.toml` names."""
        folder = self.setting.manifest.folder
        named = [folder / name for name in self.setting.manifest.mail_dirs]
        return FolderMails([self.setting.data / "mail", *named]).with_marker(marker)

    def wrote(self, marker: str) -> bool:
        """Whether the marker stands in what any process wrote, or in a log file."""
        return any(marker in line for line in self.all_lines())

    def lines_with(self, marker: str) -> int:
        """How many lines that were written hold the marker."""
        return sum(marker in line for line in self.all_lines())

    def copies_written(self, marker: str) -> int:
        """How many mails with the marker stand in what was written, as Django's console shows."""
        *mails, _rest = _CONSOLE.split("\n".join(self.all_lines()))
        return sum(marker in piece and "Subject:" in piece for piece in mails)

    def all_lines(self, *, since: float = 0.0) -> list[str]:
        """Everything written by any process, and the log files."""
        alive = [*self.past, *self.processes.values()]
        written = [line.text for one in alive for line in one.output.lines(since=since)]
        return [*written, *self.file_lines()]

    def file_lines(self) -> list[str]:
        """The lines of the log files that `service.toml` names."""
        lines: list[str] = []
        for name in self.setting.manifest.log_files:
            with suppress(OSError):
                path = self.setting.manifest.folder / name
                lines += path.read_text(encoding="utf-8", errors="replace").splitlines()
        return lines

    def web_log(self, *, since: float | None = None) -> list[LogLine]:
        """What web wrote on stdout since a moment, by default since it was ready."""
        moment = self.ready_at if since is None else since
        return parse(line.text for line in self.web.output.lines("stdout", since=moment))

    def used_since(self, moment: float) -> bool:
        """Whether it was started, asked or looked at since then."""
        asked = self.http.exchanges[-1].at if self.http.exchanges else 0.0
        return max(asked, self.started_at, self._looked_at) >= moment
