"""How many messages a second are accepted over HTTP, durably, beside a plain DRF view.

    python -m bench.accept --rounds 3 [--write]

Interleaved in each round: a ModelSerializer view with one INSERT, and this service with logs,
keys, ids and limits on; each in one process of eight threads, 16 connections of `wrk`, one
PostgreSQL that keeps its promises. The limit is pgbench with an INSERT of the same size. Needs
`wrk`, and bench/requirements.txt beside the kit's packages.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

import httpx

from bench.mail import BODY, RECIPIENT
from bench.peers.peer import ROOT, Peer, run
from bench.table import Row, table, write
from kit_commands.programs import require_program
from tests.engines.children import child, free_port, wait_until
from tests.engines.postgres import DURABLE, Postgres, postgres_server
from tests.engines.redis import redis_server

KEY = "the-key-of-the-bench"
PLAIN, SERVICE = "bench.peers.plain_view:application", "email_service.wsgi:application"
# What serves an application as `kit.py up` and the image do: waitress on one core.
SERVERS = {PLAIN: "bench.peers.served_plain", SERVICE: "email_service.serve"}
NOTIFY = f'{{"to": "{RECIPIENT}", "subject": "Una carta", "body": "{BODY[:300]}"}}'
CONTACT = f'{{"name": "Ana", "email": "{RECIPIENT}", "message": "{BODY[:300]}"}}'
# Each request has an id of its own: a repeat would only be looked up.
POST = """
local made = 0
request = function()
  made = made + 1
  local id = string.format("%s-0000-4000-8000-%%012x", made)
  local headers = {["Content-Type"] = "application/json", ["Idempotency-Key"] = id,
                   ["Authorization"] = "Bearer %s"}
  return wrk.format("POST", "%s", headers, '%s')
end
"""


@dataclass(frozen=True)
class Contestant:
    """An application behind a server; `body` is posted to `path`."""

    name: str
    server: str
    application: str
    path: str = "/api/notify/"
    body: str = NOTIFY
    settings: dict[str, str] = field(default_factory=dict)

    def peer(self) -> Peer:
        """How its database is made and its programs see the world."""
        if self.application == PLAIN:
            fill = [["-m", "bench.peers.plain_view"]]
        else:
            fill = [["manage.py", "migrate", "--verbosity", "0"]]
        given = {
            "DJANGO_SETTINGS_MODULE": "email_service.settings",
            "SERVICE_API_KEYS": f"bench:{sha256(KEY.encode()).hexdigest()}",
        }
        if self.application == PLAIN:
            given.pop("DJANGO_SETTINGS_MODULE")
        return Peer(
            name=self.name, family=self.application, connections=0, fill=fill, programs=[],
            settings=given | self.settings,
        )  # fmt: skip

    def command(self, port: int) -> list[str]:
        """Its server's command: eight threads in one process."""
        place = f"127.0.0.1:{port}"
        granian = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
        return {
            "gunicorn": ["-m", "gunicorn", "-k", "gthread", "--threads", "8", "-b", place],
            "waitress": ["-m", "waitress", "--threads", "8", "--listen", place],
            "serve": ["-m", SERVERS[self.application], "--port", str(port)],
            "granian": ["-m", "granian", *granian, "--workers", "1", "--blocking-threads", "8"],
        }[self.server] + ([] if self.server == "serve" else [self.application])


def contestants(redis_port: int) -> list[Contestant]:
    """The plain view on each server, and the service."""
    limits = {"CONTACT_RATE": "9999999/h", "REDIS_URL": f"redis://127.0.0.1:{redis_port}/3"}
    return [
        Contestant("plain view, gunicorn gthread", "gunicorn", PLAIN),
        Contestant("plain view, served as the service is", "serve", PLAIN),
        Contestant("service, /notify/", "serve", SERVICE),
        Contestant("service, /contact/ with a rate", "serve", SERVICE,
                   "/api/contact/", CONTACT, limits),
        Contestant("plain view, waitress on any core", "waitress", PLAIN),
        Contestant("plain view, granian", "granian", PLAIN),
        Contestant("service, /notify/, granian", "granian", SERVICE),
    ]  # fmt: skip


def rate(one: Contestant, url: str, folder: Path, seconds: int) -> float:
    """Messages accepted a second; raises if one was not accepted."""
    port, log = free_port(), folder / f"{one.server}.log"
    command = [sys.executable, *one.command(port)]
    with child(command, log=log, environ=one.peer().environ(url), folder=ROOT) as started:
        wait_until(lambda: accepts(one, port), seconds=60, of=started, log=log)
        load(one, port, folder, 1)
        return load(one, port, folder, seconds)


def accepts(one: Contestant, port: int) -> bool:
    """Whether it takes a first message: servers listen before their application is loaded."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
    try:
        url = f"http://127.0.0.1:{port}{one.path}"
        body = one.body.encode()
        answer = httpx.post(url, content=body, headers=headers, timeout=30, trust_env=False)
    except httpx.TransportError:
        return False
    return answer.is_success


def load(one: Contestant, port: int, folder: Path, seconds: int) -> float:
    """Post with 16 connections; the rate that wrk saw."""
    script = folder / "post.lua"
    script.write_text(POST % (token_hex(4), KEY, one.path, one.body), encoding="utf-8")
    url = f"http://127.0.0.1:{port}"
    words = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", str(script), url]
    seen = subprocess.run(words, capture_output=True, text=True, check=True).stdout  # noqa: S603
    if "Non-2xx" in seen:
        raise RuntimeError(f"{one.name}: {seen}")
    return float(re.findall(r"Requests/sec:\s+([0-9.]+)", seen)[0])


def limit(server: Postgres, folder: Path, seconds: int) -> float:
    """Durable INSERTs a second by pgbench, of a row as large as the service's."""
    script = folder / "insert.sql"
    script.write_text(f"INSERT INTO bench_limit (body) VALUES ('{BODY}');")  # noqa: S608
    with server.database() as name:
        server.run("CREATE TABLE bench_limit (id bigserial PRIMARY KEY, body text)", on=name)
        program = require_program(
            "pgbench", cure="apt-get install postgresql", also_in=["/usr/lib/postgresql/*/bin"]
        )
        words = [program, "-n", "-M", "prepared", "-c", "16", "-j", "2",
                 "-T", str(seconds), "-f", script, server.url_of(name)]  # fmt: skip
        done = subprocess.run(words, capture_output=True, text=True, check=True)  # noqa: S603
    return float(re.findall(r"tps = ([0-9.]+)", done.stdout)[0])


def measure(rounds: int, seconds: int) -> list[Row]:
    """A row for each contestant, and the limit's."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        server = stack.enter_context(postgres_server(DURABLE))
        all_of_them = contestants(stack.enter_context(redis_server(folder)))
        rows = [Row(one.name) for one in all_of_them]
        top = Row("limit: pgbench, one INSERT a commit")
        for _ in range(rounds):
            for one, row in zip(all_of_them, rows, strict=True):
                row.rates.append(_once(server, one, folder, seconds))
            top.rates.append(limit(server, folder, seconds))
    return [*rows, top]


def _once(server: Postgres, one: Contestant, folder: Path, seconds: int) -> float:
    """One contestant's rate on a fresh database."""
    with server.database() as name:
        peer, url = one.peer(), server.url_of(name)
        for words in peer.fill:
            run(words, peer.environ(url))
        return rate(one, url, folder, seconds)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and with --write keep it in docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args(arguments)
    rows = measure(asked.rounds, asked.seconds)
    text = table("accept", rows, [rows[0], rows[1]])
    print(text)  # noqa: T201
    if asked.write:
        write("accept", text, rows)


if __name__ == "__main__":
    main()
