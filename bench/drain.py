"""One run of one sender: its queue from full to empty, seen from the far end."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import psutil

from bench.peers.peer import ROOT, Peer, run
from bench.sink import Seen, Sink, sink
from tests.engines.children import child
from tests.engines.postgres import Postgres

# Nothing new for so long means that nothing will come: longer than any lease.
_PATIENCE = 30.0
_LOOK = 0.02


class Stuck(Exception):
    """A sender stopped before its queue was empty."""


@dataclass(frozen=True)
class Drained:
    """How one run went; `cpu_us` is the sender's own CPU time per mail, user and system."""

    rate: float
    cpu_us: float
    seen: Seen


@dataclass
class Running:
    """The programs of one sender, as processes."""

    roots: list[psutil.Process] = field(default_factory=list)

    def cpu(self) -> float:
        """Seconds of CPU that they and their children took so far."""
        return sum(_cpu_of_tree(root) for root in self.roots)

    def alive(self) -> bool:
        """Whether one of them still runs."""
        return any(_lives(root) for root in self.roots)

    def kill(self) -> None:
        """kill -9 to all of them at once, children included."""
        for root in filter(_lives, self.roots):
            for one in [*root.children(recursive=True), root]:
                one.kill()


@contextmanager
def filled(server: Postgres, peer: Peer, mails: int) -> Iterator[str]:
    """The name of a database with so many queued mails, to be copied for each run."""
    with server.database() as name:
        for words in peer.fill:
            run(words, peer.environ(server.url_of(name), MAILS=str(mails)))
        # What autovacuum does within a minute: nobody's plans are made for an empty table.
        server.run("VACUUM ANALYZE", on=name)
        yield name


@contextmanager
def started(peer: Peer, environ: dict[str, str], folder: Path) -> Iterator[Running]:
    """The sender at work; ended by its processes' ids."""
    with ExitStack() as stack:
        running = Running()
        for words in peer.programs:
            command = [sys.executable, *words]
            log = folder / f"{peer.family}.log"
            begun = stack.enter_context(child(command, log=log, environ=environ, folder=ROOT))
            running.roots.append(psutil.Process(begun.pid))
        yield running


def drain(server: Postgres, template: str, peer: Peer, mails: int, delay: float, folder: Path
) -> Drained:  # fmt: skip
    """Let `peer` send all of `template`'s mails to a fresh sink; raises Stuck if it does not."""
    with server.database(template=template) as name, sink(folder, delay) as target:
        environ = ready(peer, server.url_of(name), target, mails, folder)
        with started(peer, environ, folder) as running:
            wait(target, 1)
            before = running.cpu()
            seen = wait(target, mails)
            cpu = running.cpu() - before
    return Drained(mails / (seen.last - seen.first), cpu / mails * 1e6, seen)


def ready(peer: Peer, url: str, target: Sink, mails: int, folder: Path) -> dict[str, str]:
    """Refill what is not in the database; the environment of the sender's programs."""
    environ = peer.environ(url, EMAIL_PORT=str(target.port), MAILS=str(mails), TMPDIR=str(folder))
    if peer.refill:
        run(peer.refill, environ)
    return environ


def wait(target: Sink, unique: int) -> Seen:
    """What was seen once so many different mails arrived; raises Stuck when no more come."""
    seen, since = target.seen(), monotonic()
    while seen.unique < unique:
        sleep(_LOOK)
        now = target.seen()
        if now.unique > seen.unique:
            since = monotonic()
        if monotonic() - since > _PATIENCE:
            raise Stuck(f"{now.unique} of {unique} mails arrived")
        seen = now
    return seen


def _lives(process: psutil.Process) -> bool:
    """Whether a process still runs."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _cpu_of_tree(root: psutil.Process) -> float:
    """Seconds of a process, of its children, and of those that it saw end."""
    try:
        family = [root, *root.children(recursive=True)]
        times = [one.cpu_times() for one in family]
    except psutil.NoSuchProcess:
        return 0.0
    return sum(t.user + t.system + t.children_user + t.children_system for t in times)
