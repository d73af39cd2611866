"""What a sender repeats and loses when it is killed with -9 while it sends."""

from pathlib import Path
from time import monotonic, sleep

from bench.drain import ready, started, wait
from bench.peers.peer import Peer
from bench.sink import Seen, Sink, sink
from tests.engines.postgres import Postgres

# Longer than a lease and the sweep after it: who has repeated nothing by then never will.
_QUIET = 25.0
_DELAY = 0.005


def duplicates(
    server: Postgres, template: str, peer: Peer, mails: int, kills: int, folder: Path
) -> Seen:
    """Kill the sender so often on its way through the queue, then let it finish."""
    with server.database(template=template) as name, sink(folder, _DELAY) as target:
        environ = ready(peer, server.url_of(name), target, mails, folder)
        for number in range(1, kills + 1):
            with started(peer, environ, folder) as running:
                wait(target, number * mails // (2 * kills))
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
