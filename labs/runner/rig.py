"""Everything one run of the judge needs, made once: engines, the shared service, more on demand."""

import random
import shutil
import string
import tempfile
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from labs.runner.engines.inbox import LazyInbox
from labs.runner.engines.postgres import LazyPostgres, NoPostgres
from labs.runner.engines.redis import LazyRedis
from labs.runner.gates import Gate
from labs.runner.manifest import Manifest
from labs.runner.stand.environment import CONTACT_TO, RETRY_DELAY
from labs.runner.stand.life import Setting
from labs.runner.stand.mails import InboxMails
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import NotObservable
from labs.runner.witness import BESIDE, Witness

USUAL_POSTGRES = [(f"127.0.0.{number}", 5432) for number in range(1, 9)]
"""Many a service takes its database's host from the environment, and not its port."""
_LETTERS = string.ascii_lowercase + string.digits


@dataclass
class Learnt:
    """What one check found out that later ones use."""

    must_send_id: bool = False
    """The brief's own example is refused without a UUID: all requests carry one from then on."""
    notify_built: bool | None = None
    mail_by: str = ""
    """How mail was seen to leave: smtp, file or console."""


@dataclass(kw_only=True)
class Rig:
    """The judge's workshop for one `service.toml`; close it at the end."""

    manifest: Manifest
    python: str
    factor: float = 1.0
    seed: int = 0
    mails: bool = True
    """Whether any check of this run looks at mail: only then the inbox starts at once."""
    current: str = ""
    """Number of the stage that is being worked on."""
    learnt: Learnt = field(default_factory=Learnt)

    def __post_init__(self) -> None:
        self.inbox = LazyInbox()
        self.plain_inbox = LazyInbox("--tls", "false")
        self.postgres = LazyPostgres()
        self.folder = Path(tempfile.mkdtemp(prefix="kit-"))
        self.random = random.Random(self.seed)  # noqa: S311 - markers, not secrets
        self._token = uuid.uuid4().hex
        # Checks beside one another make stands at the same time: no two get the same number.
        self._numbers = count()
        self._stands: list[Stand] = []
        self._redis: list[LazyRedis] = []
        self._template: Path | None = None
        self._shared: Stand | None = None
        self._alone: Stand | None = None
        self._left: list[Stand] = []
        self.witness = Witness(self._stands, self._redis)

    # -- services -----------------------------------------------------------------------------

    @property
    def shared(self) -> Stand:
        """The service that most checks ask, with its tables made; perhaps not started yet."""
        if self._shared is None:
            self._shared = self.stand(contact_to=CONTACT_TO)
        return self._shared

    def service(self) -> Stand:
        """The shared service, up, its gates open; Crashed if it does not come up."""
        stand = self.shared
        _open_gates(stand)
        if not stand.lives:
            stand.end()
            stand.up()
        stand.start_process("worker")
        return stand

    def alone(self) -> Stand:
        """A service of which only web runs, so that what its gates see is web's doing."""
        if not self.manifest.processes:
            return self.service()
        if self._alone is None:
            self._alone = self.stand()
        _open_gates(self._alone)
        if not self._alone.lives:
            self._alone.end()
            self._alone.start_web()
        return self._alone

    def stand(
        self,
        extra: Mapping[str, str] | None = None,
        *,
        inbox: LazyInbox | None = None,
        contact_to: str = "",
        retry_delay: str = RETRY_DELAY,
    ) -> Stand:
        """A new service on new, migrated data of its own; not started. `extra` are variables.

        It sends its forms to an address of its own, unless one is given.
        """
        number = next(self._numbers)
        oracle = inbox or self.inbox
        redis = LazyRedis()
        self._redis.append(redis)
        postgres = self._postgres_gate()
        setting = Setting(
            manifest=self.manifest,
            python=self.python,
            data=self.folder / str(number),
            token=f"{self._token}-{number}",
            factor=self.factor,
            inbox=InboxMails(oracle.get),
            certificate=oracle.get().certificate if self.mails else "",
            extra=extra or {},
            contact_to=contact_to or f"owner{number}@example.test",
            retry_delay=retry_delay,
            **self._database() if postgres else {},
        )
        stand = Stand(setting, smtp=Gate(oracle.port), redis=Gate(redis.port), postgres=postgres)
        stand.beside = BESIDE.get()
        self._stands.append(stand)
        self._prepare(stand)
        return stand

    def leave(self, stand: Stand) -> None:
        """Leave a running service to the next check that needs one of its own."""
        self._left.append(stand)

    def any_stand(self) -> Stand:
        """A running service that nobody else uses: one that was left, else a new one."""
        while self._left:
            stand = self._left.pop()
            if stand.lives:
                return stand
        return self.stand().up()

    def close(self) -> None:
        """End every process and engine, remove all data."""
        for stand in self._stands:
            stand.close()
            if stand.setting.database_name:
                with suppress(Exception):
                    self.postgres.drop(stand.setting.database_name)
        for redis in self._redis:
            redis.close()
        for inbox in (self.inbox, self.plain_inbox):
            inbox.close()
        self.postgres.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- data of checks -----------------------------------------------------------------------

    def marker(self) -> str:
        """A random word of 12 letters that stands nowhere else."""
        return "kit" + "".join(self.random.choices(_LETTERS, k=9))

    def uuid(self) -> str:
        """A random UUID, from the run's seed."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def seconds(self, limit: float) -> float:
        """A limit on this machine."""
        return limit * self.factor

    # -- inside -------------------------------------------------------------------------------

    def _prepare(self, stand: Stand) -> None:
        """Make the tables; the first time by the student's command, then by copying its result."""
        if self._template is not None:
            shutil.copytree(self._template, stand.setting.data, dirs_exist_ok=True)
            return
        code = stand.migrate()
        if code == 0 and (stand.setting.data / "db.sqlite3").is_file():
            self._template = self.folder / "template"
            shutil.copytree(stand.setting.data, self._template)

    def _postgres_gate(self) -> Gate | None:
        if self.manifest.database != "postgres":
            return None
        try:
            parts = urlsplit(self.postgres.url())
        except NoPostgres as error:
            raise NotObservable(str(error)) from None
        host = parts.hostname or "127.0.0.1"
        return Gate(self.postgres.port, host=host, wishes=USUAL_POSTGRES)

    def _database(self) -> dict[str, str]:
        parts = urlsplit(self.postgres.url())
        account, _, server = parts.netloc.rpartition("@")
        if ":" not in account:
            account = f"{account}:kit"
        name = self.postgres.new_database()
        return {"database_name": name, "database_account": account, "database_server": server}


def _open_gates(stand: Stand) -> None:
    for gate in filter(None, (stand.smtp, stand.redis, stand.postgres)):
        gate.open()
