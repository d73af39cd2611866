"""How many queued mails a second reach an SMTP server (what a kill repeats: bench.kills).

    python -m bench.deliver --mails 20000 --rounds 3 [--write]

Every sender drains a full queue of the same mails into the same counting sink, on one
PostgreSQL that keeps its promises; interleaved in each round, with two limits: raw smtplib, and
the service's SMTP client alone.
The rate is taken at the sink, from the first mail to the last new one, so no start-up counts.
All but post_office and this service are so slow that they get a fifth of the mails. Needs
redis-server, and bench/requirements.txt beside the kit's packages.
"""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.drain import Drained, drain, filled
from bench.peers.celery_email import celery_email
from bench.peers.django_mailer import django_mailer
from bench.peers.email_relay import email_relay
from bench.peers.peer import Peer
from bench.peers.plain_celery import plain_celery
from bench.peers.post_office import post_office
from bench.peers.service import celery_transport, dispatcher
from bench.peers.tasks_db import tasks_db
from bench.raw import client_rate, smtplib_rate
from bench.table import Row, table, write
from tests.engines.postgres import DURABLE, Postgres, postgres_server
from tests.engines.redis import redis_server

_SLOW = 0.02
_CONNECTIONS = 40


@dataclass(frozen=True)
class Bench:
    """What all runs share."""

    server: Postgres
    folder: Path
    mails: int
    rounds: int
    delay: float = 0.0


def senders(redis_port: int) -> list[Peer]:
    """Those compared without a delay; the first of a family is what others are measured by."""
    return [
        post_office(processes=2, threads=20),
        post_office(processes=1, threads=5),
        plain_celery(redis_port, pool="threads", workers=10),
        plain_celery(redis_port, pool="prefork", workers=2),
        celery_email(redis_port, workers=2),
        django_mailer(workers=2),
        email_relay(),
        tasks_db(workers=2),
        dispatcher(processes=1, connections=40),
        dispatcher(processes=2, connections=20),
        celery_transport(redis_port, connections=40),
    ]


def patient_senders(redis_port: int) -> list[Peer]:
    """Those compared against a server that takes its time, with 40 connections each."""
    return [
        post_office(processes=2, threads=20),
        plain_celery(redis_port, pool="threads", workers=40),
        dispatcher(processes=1, connections=40),
        dispatcher(processes=2, connections=20),
    ]


def measure(bench: Bench, peers: Sequence[Peer]) -> list[Row]:
    """A row for each sender, and for each limit."""
    rows, cpu = [Row(peer.name) for peer in peers], [list[float]() for _ in peers]
    limits = [
        Row("limit: raw smtplib, one connection, nothing kept"),
        Row(f"limit: SMTP client alone, {_CONNECTIONS} connections"),
    ]
    with ExitStack() as stack:
        templates = [_template(stack, bench, peer) for peer in peers]
        for _ in range(bench.rounds):
            for peer, template, row, spent in zip(peers, templates, rows, cpu, strict=True):
                done = _drained(bench, peer, template)
                row.rates.append(done.rate)
                spent.append(done.cpu_us)
            raw = (bench.folder, _share(bench, "raw"), bench.delay)
            limits[0].rates.append(smtplib_rate(*raw))
            limits[1].rates.append(client_rate(*raw, _CONNECTIONS))
    for peer, row, spent in zip(peers, rows, cpu, strict=True):
        row.notes["sender's CPU a mail"] = f"{median(spent):.0f} µs"
        row.notes["connections"] = str(peer.connections)
    return [*rows, *limits]


def _template(stack: ExitStack, bench: Bench, peer: Peer) -> str:
    """The database that this peer's runs copy."""
    return stack.enter_context(filled(bench.server, peer, _share(bench, peer.family)))


def _drained(bench: Bench, peer: Peer, template: str) -> Drained:
    """One run."""
    mails = _share(bench, peer.family)
    return drain(bench.server, template, peer, mails, bench.delay, bench.folder)


def _share(bench: Bench, family: str) -> int:
    """How many mails a family gets."""
    return bench.mails if family in {"post_office", "service"} else max(1, bench.mails // 5)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and with --write keep it in docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--slow", action="store_true", help="against a server that takes 20 ms")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        port = stack.enter_context(redis_server(folder))
        server = stack.enter_context(postgres_server(DURABLE))
        bench = Bench(server, folder, asked.mails, asked.rounds, _SLOW if asked.slow else 0.0)
        peers = patient_senders(port) if asked.slow else senders(port)
        rows = measure(bench, peers)
    section = "deliver-slow" if asked.slow else "deliver"
    bases = [row for row in rows if row.name in {_best(rows, "post_office"), _best(rows, "Celery")}]
    text = table(section, rows, bases)
    print(text)  # noqa: T201
    if asked.write:
        write(section, text, rows)


def _best(rows: Sequence[Row], family: str) -> str:
    """The name of the family's fastest row: peers are compared in their best setting."""
    return max((row for row in rows if row.name.startswith(family)), key=lambda r: r.rate).name


if __name__ == "__main__":
    main()
