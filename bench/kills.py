"""What a sender loses and repeats when kill -9 ends it in the middle of its work.

    python -m bench.kills [--write]

Each sender gets the same queue and is killed three times on its way, all its processes at once;
the sink counts what came. Counts, not rates: a busy machine changes nothing.
"""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from bench.drain import filled, ready, started, wait
from bench.peers.celery_email import celery_email
from bench.peers.django_mailer import django_mailer
from bench.peers.email_relay import email_relay
from bench.peers.peer import Peer
from bench.peers.plain_celery import plain_celery
from bench.peers.post_office import post_office
from bench.peers.service import celery_transport, dispatcher
from bench.peers.tasks_db import tasks_db
from bench.sink import Seen, Sink, sink
from bench.table import put, section_table
from tests.engines.postgres import DURABLE, Postgres, postgres_server
from tests.engines.redis import redis_server

# Longer than a lease and the sweep after it: who has repeated nothing by then never will.
_QUIET = 25.0
_DELAY = 0.005


def senders(redis_port: int) -> list[Peer]:
    """One setting of each, with as many connections where they can be chosen."""
    return [
        post_office(processes=2, threads=20),
        plain_celery(redis_port, pool="threads", workers=10),
        celery_email(redis_port, workers=2),
        django_mailer(workers=2),
        email_relay(),
        tasks_db(workers=2),
        dispatcher(processes=1, connections=40),
        dispatcher(processes=2, connections=20),
        celery_transport(redis_port, connections=40),
    ]


def killed(server: Postgres, template: str, peer: Peer, mails: int, kills: int, folder: Path
) -> Seen:  # fmt: skip
    """What arrived from a sender that was killed so often on its way through the queue."""
    with server.database(template=template) as name, sink(folder, _DELAY) as target:
        environ = ready(peer, server.url_of(name), target, mails, folder)
        for number in range(1, kills + 1):
            with started(peer, environ, folder) as running:
                wait(target, mails * number // (kills + 1))
                running.kill()
        with started(peer, environ, folder):
            return _settled(target)


def _settled(target: Sink) -> Seen:
    """What arrived once nothing came any more."""
    seen, since = target.seen(), monotonic()
    while monotonic() - since < _QUIET:
        sleep(0.2)
        now = target.seen()
        if now.copies > seen.copies:
            seen, since = now, monotonic()
    return seen


def main(arguments: Sequence[str] | None = None) -> None:
    """Kill, count, print, and with --write keep it in docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args(arguments)
    lines = [["sender", "connections", "mails", "kills", "lost", "sent twice", "twice a kill"]]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        port = stack.enter_context(redis_server(folder))
        server = stack.enter_context(postgres_server(DURABLE))
        for peer in senders(port):
            with filled(server, peer, asked.mails) as template:
                seen = killed(server, template, peer, asked.mails, asked.kills, folder)
            twice = seen.copies - seen.unique
            figures = [peer.connections, asked.mails, asked.kills, asked.mails - seen.unique, twice]
            lines.append([peer.name, *map(str, figures), f"{twice / asked.kills:.0f}"])
            print(" | ".join(lines[-1]), flush=True)  # noqa: T201
    if asked.write:
        put("kills", section_table(lines))


if __name__ == "__main__":
    main()
