"""Stage 02: what was accepted is in the database, whole, and only there."""

import contextlib
import sqlite3
from pathlib import Path

from labs.runner.asking import CONTACT, Asker, id_of, is_uuid, shown
from labs.runner.conformance import conforms
from labs.runner.databases import SqliteTables, Tables, texts_in
from labs.runner.diagnosis import has_own_tables, must_be_accepted
from labs.runner.rig import Rig
from labs.runner.stand.http import Answer
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import NotApplicable, Red

LONG = 3_000
_DATABASE_FILES = ("*.sqlite3", "*.sqlite", "*.db", "*.db3")


def survives(rig: Rig, service: Stand, marker: str) -> None:
    """After kill -9 and a restart the marker is in some table of the service's own database."""
    must_be_accepted(rig, service, Asker(rig, service).contact(marker))
    service.restart()
    if not _anywhere(service, marker):
        raise Red("memory-only" if has_own_tables(service) else None)


def own_database(rig: Rig, service: Stand, marker: str) -> None:
    """What was accepted stands in the database of DATABASE_URL, not in another."""
    must_be_accepted(rig, service, Asker(rig, service).contact(marker))
    if not service.tables.holds(marker):
        path = next((str(path) for path, _ in _elsewhere(service, marker)), "?")
        raise Red("shared-db", path=path, seen=service.surroundings().database_url)


def invalid_not_stored(rig: Rig, service: Stand, marker: str) -> None:
    """A request that was refused stands in no table."""
    answer = Asker(rig, service).contact(marker, email="no-es-correo")
    if not answer.refuses:
        raise NotApplicable("01:required")
    for table, rows in _tables_with(service, marker).items():
        raise Red("saves-invalid", table=table, rows=rows, **shown(answer))


def two_kept(rig: Rig, service: Stand, marker: str) -> None:
    """Two requests with one address and two texts are both kept."""
    asker, second = Asker(rig, service), rig.marker()
    address = f"{marker}@example.com"
    must_be_accepted(rig, service, asker.contact(marker, email=address))
    must_be_accepted(rig, service, asker.contact(second, email=address))
    first_kept = _anywhere(service, f"Me interesa una colaboración {marker}")
    if not first_kept or not _anywhere(service, second):
        raise Red(None if first_kept else "overwrites-by-email", seen=address)


def text_intact(rig: Rig, service: Stand, marker: str) -> None:
    """A long text with every kind of letter is stored as it was sent."""
    text = (f"¡Íñigo! “{marker}” 😀 日本\n" + "ñandú " * LONG)[:LONG] + f" {marker} fin"
    must_be_accepted(rig, service, Asker(rig, service).contact(marker, message=text))
    rows = _rows(service, marker)
    values = [text for row in rows for value in row.values() for text in texts_in(value)]
    if any(text in value for value in values):
        return
    cut = max((value for value in values if text.startswith(value)), key=len, default="")
    if cut:
        raise Red("truncates", position=len(cut), stored=cut[-40:])
    raise Red(stored=next(iter(values), "")[:80])


def message_id(rig: Rig, service: Stand, marker: str) -> None:
    """The answer of a contact carries `message_id`, a UUID."""
    answer = Asker(rig, service).contact(marker)
    must_be_accepted(rig, service, answer)
    said = id_of(answer)
    if not said:
        raise Red("no-message-id", **shown(answer))
    if not is_uuid(said):
        raise Red(seen=said)
    if id_of(Asker(rig, service).contact(rig.marker())) == said:
        raise Red("same-uuid", seen=said)


def closed(rig: Rig, service: Stand, marker: str) -> None:
    """GET, PUT, PATCH and DELETE never show or change what others sent."""
    asker = Asker(rig, service)
    answer = asker.contact(marker)
    must_be_accepted(rig, service, answer)
    before = _tables_with(service, marker)
    for path in _addresses(service, marker, id_of(answer)):
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            body = None if method in {"GET", "DELETE"} else asker.contact_body(rig.marker())
            reply = service.http.send_spelled(method, path, json=body)
            if reply.fails:
                raise Red(method=method, path=path, **shown(reply))
            if _shows(reply, marker) or _tables_with(service, marker) != before:
                raise Red("open-crud", method=method, path=path, **shown(reply))


def extra_field(rig: Rig, service: Stand, marker: str) -> None:
    """A field that nobody knows is ignored or refused, never a 5xx."""
    field = f"extra_{marker}"
    answer = Asker(rig, service).contact(marker, **{field: "x", "id": 1, "is_staff": True})
    if answer.fails:
        raise Red("mass-assignment", field=field, **shown(answer))


def contract(rig: Rig) -> None:
    """What it answers is what this stage's contract.yaml declares, whatever is sent."""
    conforms(rig, Path(__file__).parent)


def _anywhere(service: Stand, marker: str) -> bool:
    """In the database given, or in a SQLite file of the service's own folder."""
    return bool(_tables_with(service, marker))


def _tables_with(service: Stand, marker: str) -> dict[str, int]:
    given = service.tables.rows_with(marker)
    if given:
        return given
    return {name: count for _, tables in _elsewhere(service, marker)
            for name, count in tables.rows_with(marker).items()}  # fmt: skip


def _rows(service: Stand, marker: str) -> list[dict[str, object]]:
    found = service.tables.find(marker)
    for _, tables in [] if found else _elsewhere(service, marker):
        found = [*found, *tables.find(marker)]
    return [row.values for row in found]


def _elsewhere(service: Stand, marker: str) -> list[tuple[Path, Tables]]:
    """SQLite files in the student's folder that hold the marker."""
    folder = service.setting.manifest.folder
    files = [path for pattern in _DATABASE_FILES for path in folder.rglob(pattern)]
    found: list[tuple[Path, Tables]] = []
    for path in files:
        with contextlib.suppress(sqlite3.Error, OSError):
            tables = SqliteTables(path)
            if tables.holds(marker):
                found.append((path, tables))
    return found


def _addresses(service: Stand, marker: str, said: str) -> list[str]:
    """Where one request might be read or changed: the list, and each of its own ids."""
    ids = [str(row.get("id") or row.get("pk") or "") for row in _rows(service, marker)]
    names = dict.fromkeys(name for name in (*ids, said) if name)
    return [CONTACT, *(f"{CONTACT}{name}/" for name in names)]


def _shows(answer: Answer, marker: str) -> bool:
    return answer.ok and marker in answer.text
