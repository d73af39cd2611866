"""Two hosts and what they need: web on one, the senders on the other, a gate on every line.

web  ──▶ web_postgres ──▶ postgres ◀── sender_postgres ◀── dispatcher, worker
     ──▶ web_redis ────▶ redis ◀────── sender_redis ◀──┘
callers ──▶ front ──▶ web              sender_smtp ──▶ inbox
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT
from typing import NamedTuple

import httpx
import psycopg2

from labs.runner.gates import Gate
from mock_smtp.client import Inbox
from tests.engines.children import answers, free_port, wait_until
from tests.engines.postgres import Cluster, lets_in, new_cluster
from tests.engines.redis import redis_command
from tests.engines.service import KEY, ROOT, environment, migrate
from tests.engines.tcp_gate import gate_before
from tests.faults.part import Part

# A commit must survive kill -9, so it is written before it is answered; only the disk is spared.
_KILLABLE = ("fsync=off", "full_page_writes=off", "max_connections=200")
GATES = ("front", "web_postgres", "web_redis", "sender_postgres", "sender_redis", "sender_smtp")
# What a fault of a victim stops, and what cuts it off.
PARTS_OF = {
    "web": ("web",),
    "sender": ("dispatcher", "worker"),
    "redis": ("redis",),
    "postgres": ("postgres",),
    "inbox": ("inbox",),
}
GATES_OF = {
    "web": ("front", "web_postgres", "web_redis"),
    "sender": ("sender_postgres", "sender_redis", "sender_smtp"),
    "redis": ("web_redis", "sender_redis"),
    "postgres": ("web_postgres", "sender_postgres"),
    "inbox": ("sender_smtp",),
}


class Row(NamedTuple):
    """What the database says of a message."""

    status: str
    last_error: str
    attempts: int


@dataclass(frozen=True)
class Stand:
    """A service that is up. Its database is asked past all gates, its web through `front`."""

    cluster: Cluster
    parts: dict[str, Part]
    gates: dict[str, Gate]
    inbox: Inbox

    @property
    def url(self) -> str:
        """Where callers reach it."""
        return f"http://127.0.0.1:{self.gates['front'].port}"

    def client(self, *, timeout: float = 30) -> httpx.Client:
        """A client that shows the key; close it with its block."""
        headers = {"Authorization": f"Bearer {KEY}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=timeout, trust_env=False)

    def kill(self, victim: str) -> None:
        """kill -9."""
        for part in self._parts(victim):
            part.kill()

    def start(self, victim: str) -> None:
        """Start what was killed."""
        for part in self._parts(victim):
            part.start()
        for part in self._parts(victim):
            part.wait_ready()

    def freeze(self, victim: str) -> None:
        """SIGSTOP."""
        for part in self._parts(victim):
            part.freeze()

    def thaw(self, victim: str) -> None:
        """SIGCONT."""
        for part in self._parts(victim):
            part.thaw()

    def cut(self, victim: str) -> None:
        """Break its lines and refuse new ones."""
        for name in GATES_OF[victim]:
            self.gates[name].refuse()

    def mend(self, victim: str) -> None:
        """Let lines in again."""
        for name in GATES_OF[victim]:
            self.gates[name].open()

    def make_whole(self) -> None:
        """Undo whatever a test did, and forget its mails."""
        for victim in PARTS_OF:
            self.thaw(victim)
            self.mend(victim)
            self.start(victim)
        self.inbox.clear_faults()
        wait_until(lambda: not self.unsettled(), seconds=180)
        self.inbox.reset()

    def rows(self) -> dict[str, Row]:
        """Every message of the database, by its UUID."""
        found = self.ask(
            "SELECT message_id::text, status, last_error, attempt_count"
            " FROM notifications_notificationlog"
        )
        return {message_id: Row(*rest) for message_id, *rest in found}

    def unsettled(self) -> int:
        """How many messages are queued or being sent."""
        return sum(row.status in {"queued", "sending"} for row in self.rows().values())

    def ask(self, query: str) -> list[tuple[str, ...]]:
        """The rows of a query, past all gates."""
        connection = psycopg2.connect(self.cluster.url, connect_timeout=10)
        try:
            cursor = connection.cursor()
            cursor.execute(query)
            return list(cursor.fetchall())
        finally:
            connection.close()

    def copies(self) -> Counter[str]:
        """How often each message was caught, by its UUID."""
        return Counter(mail["MessageID"].partition("@")[0] for mail in self.inbox.messages())

    def logs(self, part: str) -> str:
        """What a part wrote so far."""
        return self.parts[part].log.read_text(encoding="utf-8", errors="replace")

    def _parts(self, victim: str) -> list[Part]:
        return [self.parts[name] for name in PARTS_OF[victim] if name in self.parts]


@contextmanager
def stand(
    folder: Path, *, celery: bool, inbox_options: Sequence[str] = (), **settings: str
) -> Iterator[Stand]:
    """A stand that is up, its logs in `folder`; `settings` are the service's environment.

    With `celery` workers deliver, woken through Redis; without it the dispatcher does.
    """
    with ExitStack() as stack:
        cluster = stack.enter_context(new_cluster(*_KILLABLE))
        ports = {name: free_port() for name in ("web", "redis", "page", "smtp")}
        targets = (ports["web"], *(cluster.port, ports["redis"]) * 2, ports["smtp"])
        gates = {
            name: stack.enter_context(gate_before(target))
            for name, target in zip(GATES, targets, strict=True)
        }
        parts = _engines(folder, cluster, ports, inbox_options)
        for part in parts.values():
            stack.callback(part.close)
            part.start()
        for part in parts.values():
            part.wait_ready()
        migrate(cluster.url)
        programs = _programs(folder, cluster, ports["web"], gates, settings, celery=celery)
        for part in programs.values():
            stack.callback(part.close)
            part.start()
        for part in programs.values():
            part.wait_ready()
        inbox = Inbox(f"http://127.0.0.1:{ports['page']}", smtp_port=ports["smtp"])
        yield Stand(cluster, parts | programs, gates, inbox)


def _engines(
    folder: Path, cluster: Cluster, ports: dict[str, int], inbox_options: Sequence[str]
) -> dict[str, Part]:
    """PostgreSQL, Redis and the inbox; the inbox keeps its mails over a kill."""
    doors = ["--smtp-port", str(ports["smtp"]), "--http-port", str(ports["page"])]
    kept = ["--database", str(folder / "inbox.sqlite3")]
    return {
        "postgres": Part(
            command=cluster.command,
            log=cluster.folder / "log",
            user=cluster.user,
            stop=SIGINT,
            ready=lambda: lets_in(cluster.url),
        ),
        "redis": Part(
            command=redis_command(ports["redis"], folder),
            log=folder / "redis.log",
            ready=lambda: answers(ports["redis"]),
        ),
        "inbox": Part(
            command=[sys.executable, "-m", "mock_smtp", *doors, *kept, *inbox_options],
            log=folder / "inbox.log",
            folder=ROOT,
            ready=lambda: answers(ports["page"]) and answers(ports["smtp"]),
        ),
    }


def _programs(
    folder: Path,
    cluster: Cluster,
    port: int,
    gates: dict[str, Gate],
    settings: dict[str, str],
    *,
    celery: bool,
) -> dict[str, Part]:
    """The service's own programs, each host with its own lines."""
    common = {
        "EMAIL_TRANSPORT": "celery" if celery else "smtp",
        "EMAIL_PORT": str(gates["sender_smtp"].port),
        **settings,
    }
    deliver, celery_worker = ["manage.py", "deliver"], ["-m", "celery", "-A", "email_service"]
    worker = [*celery_worker, "worker", "-Q", "emails", "--pool", "threads", "--concurrency", "2"]
    words = {"web": ["-m", "email_service.serve", "--port", str(port)], "dispatcher": deliver}
    words |= {"worker": worker} if celery else {}
    return {
        name: Part(
            command=[sys.executable, *command],
            log=folder / f"{name}.log",
            folder=ROOT,
            environ=_environ(cluster, gates, "web" if name == "web" else "sender", common, celery),
            ready=(lambda: answers(port)) if name == "web" else lambda: True,
        )
        for name, command in words.items()
    }


def _environ(
    cluster: Cluster, gates: dict[str, Gate], host: str, common: dict[str, str], celery: bool
) -> dict[str, str]:
    """The environment of a host's programs."""
    place = f"127.0.0.1:{gates[f'{host}_postgres'].port}"
    redis = {"REDIS_URL": f"redis://127.0.0.1:{gates[f'{host}_redis'].port}/0"} if celery else {}
    return environment(f"postgres://postgres@{place}/postgres", **redis, **common)
