"""What a service answers while something that it depends on is away."""

from collections.abc import Iterator
from contextlib import contextmanager

from labs.runner.databases import SqliteTables
from labs.runner.gates import Gate
from labs.runner.rig import Rig
from labs.runner.stand.http import Answer
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import Crashed, NoAnswer

PATIENCE = 12.0


@contextmanager
def refused(gate: Gate) -> Iterator[None]:
    """What is behind the gate refuses while the block runs."""
    gate.refuse()
    try:
        yield
    finally:
        gate.open()


def without_database(rig: Rig, path: str) -> Answer | None:
    """What GET `path` answers while the database is broken; None if the service does not start.

    SQLite: the service is started on garbage in the file's place. PostgreSQL: the gate refuses.
    """
    service = rig.stand()
    if isinstance(service.tables, SqliteTables):
        return _on_garbage(rig, service, service.tables, path)
    service.up()
    assert service.postgres is not None  # noqa: S101 - there are two kinds
    with refused(service.postgres):
        return _answer_or_none(rig, service, path)


def _on_garbage(rig: Rig, service: Stand, tables: SqliteTables, path: str) -> Answer | None:
    if not tables.path.exists():
        service.up()
        service.end()
    if not tables.path.exists():
        return _started(rig, service, path)  # it uses another file: nothing here to break
    with tables.broken():
        return _started(rig, service, path)


def _started(rig: Rig, service: Stand, path: str) -> Answer | None:
    """Start it, ask it once, end it."""
    try:
        service.up()
    except Crashed:
        return None
    try:
        return _answer_or_none(rig, service, path)
    finally:
        service.end()


def _answer_or_none(rig: Rig, service: Stand, path: str) -> Answer | None:
    try:
        return service.http.send_spelled("GET", path, timeout=rig.seconds(PATIENCE))
    except NoAnswer:
        return None
