"""Which WSGI server accepts most: waitress, granian and gunicorn, interleaved, on PostgreSQL.

Run it from the repository's root with the servers installed beside the kit's own packages:

    python -m bench.servers --rounds 3 --seconds 4

Needs `wrk`. Prints requests per second, medians, and ratios to gunicorn's gthread.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.engines.children import answers, child, free_port, wait_until
from tests.engines.postgres import postgres_server
from tests.engines.service import ROOT, environment, migrate

POST = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"name": "Carlos", "email": "carlos@mail.com", "message": "Me interesa"}'
"""
APP = "email_service.wsgi:application"


def commands(port: int) -> dict[str, list[str]]:
    """Each server's command: eight threads in one worker."""
    place = f"127.0.0.1:{port}"
    granian = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    return {
        "gunicorn": ["-m", "gunicorn", "-k", "gthread", "--threads", "8", "-b", place, APP],
        "waitress": ["-m", "email_service.serve", "--port", str(port)],
        "granian": [*granian, "--workers", "1", "--blocking-threads", "8", APP],
    }


def rate(server: str, url: str, folder: Path, seconds: int) -> float:
    """Accepted requests a second with this server; raises if one was not accepted."""
    port = free_port()
    environ = environment(url) | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    environ["DJANGO_SETTINGS_MODULE"] = "email_service.settings"
    words = [sys.executable, *commands(port)[server]]
    with child(words, log=folder / f"{server}.log", environ=environ, folder=ROOT) as started:
        wait_until(lambda: answers(port), seconds=30, of=started, log=folder / f"{server}.log")
        load(port, folder, 1)
        return load(port, folder, seconds)


def load(port: int, folder: Path, seconds: int) -> float:
    """Post with 16 connections; the rate that wrk saw."""
    script = folder / "post.lua"
    script.write_text(POST, encoding="utf-8")
    url = f"http://127.0.0.1:{port}/api/contact/"
    words = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", str(script), url]
    seen = subprocess.run(words, capture_output=True, text=True, check=True).stdout  # noqa: S603
    if "Non-2xx" in seen:
        raise RuntimeError(seen)
    return float(re.findall(r"Requests/sec:\s+([0-9.]+)", seen)[0])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    options = parser.parse_args()
    found: dict[str, list[float]] = {name: [] for name in commands(0)}
    with postgres_server() as server, server.database() as name, TemporaryDirectory() as folder:
        url = server.url_of(name)
        migrate(url)
        for _ in range(options.rounds):
            for one, rates in found.items():
                rates.append(rate(one, url, Path(folder), options.seconds))
    base = median(found["gunicorn"])
    for one, rates in found.items():
        middle = median(rates)
        spread = f"{min(rates):.0f}-{max(rates):.0f}"
        print(f"{one:10} {middle:7.0f} per second ({spread})  {middle / base:.2f}x")  # noqa: T201


if __name__ == "__main__":
    main()
