"""The life of a service under judgement: migrate, start, wait, stop, kill, end all of it."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Self

from labs.runner.gates import Gate
from labs.runner.machine import accepts, free_port
from labs.runner.manifest import Manifest
from labs.runner.placeholders import fill
from labs.runner.processes.launch import CannotLaunch, Process, launch
from labs.runner.processes.tree import connected_to, end_family, family_of
from labs.runner.stand.environment import CONTACT_TO, RETRY_DELAY, Surroundings, environment
from labs.runner.stand.mails import InboxMails
from labs.runner.verdicts import Crashed, NotObservable
from labs.runner.waiting import wait_until

LISTEN_SECONDS = 20.0
"""How long a service may take until it accepts connections (times the factor)."""
STOP_SECONDS = 5.0
MIGRATE_SECONDS = 120.0
_TURN = 0.02


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a stand is made of; `extra` are variables that a check sets."""

    manifest: Manifest
    python: str
    data: Path
    token: str
    factor: float
    inbox: InboxMails
    certificate: str
    database_name: str = ""
    """Of a PostgreSQL database made for this stand; empty for SQLite."""
    database_account: str = ""
    """`user:password` of the judge's server."""
    database_server: str = ""
    """`host:port` of the judge's server, not through the gate."""
    extra: Mapping[str, str]
    contact_to: str = CONTACT_TO
    """Who gets the form's mail."""
    retry_delay: str = RETRY_DELAY
    """Seconds between two attempts; empty where the service's own default shall hold."""


class Life:
    """The processes of one service on its data, behind its gates."""

    def __init__(self, setting: Setting, *, smtp: Gate, redis: Gate, postgres: Gate | None) -> None:
        self.setting = setting
        self.smtp = smtp
        self.redis = redis
        self.postgres = postgres
        self.port = free_port()
        self.ready_at = 0.0
        self.started_at = 0.0
        self.migrated: Process | None = None
        self.processes: dict[str, Process] = {}
        self.past: list[Process] = []
        self._pids: set[int] = set()
        self._killed: set[int] = set()
        setting.data.mkdir(parents=True, exist_ok=True)

    def migrate(self) -> int | None:
        """Run the migrations to their end; their exit code, None if they did not end."""
        command = self.setting.manifest.migrate
        if command is None:
            return 0
        self.migrated = self.launch("migrate", command)
        code = self.migrated.wait(MIGRATE_SECONDS * self.setting.factor)
        if code is None:
            end_family([self.migrated.pid], self.setting.token)
        self.migrated.output.finish()
        return code

    def start(self) -> None:
        """Start web and every other process; does not wait until they are of use."""
        self.started_at = monotonic()
        manifest = self.setting.manifest
        for name, command in {"web": manifest.web, **manifest.processes}.items():
            self.processes[name] = self.launch(name, command)

    def wait_until_listening(self) -> bool:
        """Whether web accepts connections within its time; False at once if it ended."""
        give_up = monotonic() + LISTEN_SECONDS * self.setting.factor
        while not accepts(self.port):
            if self.web.exit_code() is not None or monotonic() > give_up:
                return False
            sleep(_TURN)
        self.web.output.wait_until_quiet()
        self.ready_at = monotonic()
        self.wait_for_worker()
        return True

    def wait_for_worker(self) -> None:
        """Wait until Celery's worker holds a line to Redis: until then it does nothing."""
        worker = self.processes.get("worker")
        command = self.setting.manifest.processes.get("worker", ())
        if worker is not None and any("celery" in word for word in command):
            seconds = LISTEN_SECONDS * self.setting.factor
            wait_until(
                lambda: worker.exit_code() is not None or connected_to(worker.pid, self.redis.port),
                seconds,
            )

    def up(self) -> Self:
        """Start and wait; Crashed if it does not come to listen."""
        self.start()
        if not self.wait_until_listening():
            raise self.death()
        return self

    def stop(self) -> None:
        """Ask every process to stop, then end whatever is left of them."""
        for process in self.processes.values():
            process.ask_to_stop()
        give_up = monotonic() + STOP_SECONDS
        for process in self.processes.values():
            process.wait(max(0.0, give_up - monotonic()))
        self.end()

    def kill(self) -> None:
        """End every process at once, as kill -9 does, and all their children."""
        self.end()

    def restart(self) -> None:
        """Kill everything, then start it on the same data."""
        self.end()
        self.up()

    def end(self) -> None:
        """No process of this stand lives afterwards."""
        self.killed()
        end_family(self._pids, self.setting.token)
        for process in self.processes.values():
            process.kill()
            process.wait(5)
            process.output.finish(0.5)
        self.past.extend(self.processes.values())
        self.processes = {}
        self._pids = set()

    def close(self) -> None:
        """End everything and forget the data."""
        self.end()
        for gate in filter(None, (self.smtp, self.redis, self.postgres)):
            gate.close()
        shutil.rmtree(self.setting.data, ignore_errors=True)

    @property
    def web(self) -> Process:
        """The process that serves HTTP."""
        return self.processes["web"]

    def killed(self) -> int:
        """How many of its processes somebody else has killed so far."""
        self._killed |= {one.pid for one in self.processes.values() if one.was_killed()}
        return len(self._killed)

    @property
    def lives(self) -> bool:
        """Whether web was started and has not ended."""
        return "web" in self.processes and self.web.exit_code() is None

    def death(self) -> Crashed:
        """How web failed to come up, as an outcome to raise."""
        process = self.processes.get("web") or self.past[-1]
        process.output.finish(0.3)
        log = "\n".join(process.output.tail())
        return Crashed(None, code=process.exit_code(), log=log, port=self.port)

    def family(self) -> list[Any]:
        """Every living process of this stand, as psutil sees them."""
        return family_of(self._pids, self.setting.token)

    def surroundings(self) -> Surroundings:
        """What this start is given."""
        return Surroundings(
            port=self.port,
            data=self.setting.data,
            smtp_port=self.smtp.port,
            redis_port=self.redis.port,
            database_url=self._database_url(),
            token=self.setting.token,
            certificate=self.setting.certificate,
            contact_to=self.setting.contact_to,
            retry_delay=self.setting.retry_delay,
        )

    def environ(self) -> dict[str, str]:
        """All variables of this start."""
        setting = self.setting
        return environment(setting.manifest, self.surroundings(), setting.python, setting.extra)

    def _database_url(self) -> str:
        if not self.setting.database_name:
            return "sqlite:///" + str(self.setting.data / "db.sqlite3").replace("\\", "/")
        if self.postgres is None:
            raise NotObservable("postgres")
        return self.postgres_url(f"{self.postgres.host}:{self.postgres.port}")

    def postgres_url(self, server: str) -> str:
        """The URL of this stand's PostgreSQL database at `host:port`."""
        setting = self.setting
        return f"postgres://{setting.database_account}@{server}/{setting.database_name}"

    def launch(self, name: str, command: tuple[str, ...]) -> Process:
        """Start one command of `service.toml` in this environment; Crashed if it can't be."""
        setting = self.setting
        place = self.surroundings().placeholders(setting.python)
        words = fill(command, place, path=setting.manifest.path)
        try:
            process = launch(name, words, folder=setting.manifest.folder, environ=self.environ())
        except CannotLaunch as error:
            raise Crashed("cannot-launch", command=" ".join(words), log=str(error)) from None
        self._pids.add(process.pid)
        return process
