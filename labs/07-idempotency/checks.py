"""Stage 07: one UUID is one request: one row, one mail, one answer, whatever happens meanwhile."""

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import redis

from labs.runner.asking import CONTACT, NOTIFY, Asker, id_of, is_uuid, sent_id, shown
from labs.runner.conformance import conforms
from labs.runner.counting import count_mails
from labs.runner.diagnosis import must_be_accepted, why_refused
from labs.runner.rig import Rig
from labs.runner.stand.http import Answer
from labs.runner.stand.mails import wait_for_mails
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import NotApplicable, Red
from labs.runner.volley import answered_volley, told

WAIT = 8.0
ROUNDS = 3
TWINS = 12
HEADER = "Idempotent-Replayed"


def one_mail(rig: Rig, service: Stand, marker: str) -> None:
    """Two equal requests with one UUID are one mail."""
    before = service.tables.sizes()
    body, headers = Asker(rig, service).contact_by_any_name(marker)
    first = service.http.send_spelled("POST", CONTACT, json=body, headers=headers)
    if not first.ok:
        raise why_refused(rig, service, first)
    first_count = count_mails(rig, service, marker)
    rows, lines = service.tables.rows_with(marker), service.lines_with(marker)
    second = service.http.send_spelled("POST", CONTACT, json=body, headers=headers)
    count = count_mails(rig, service, marker)
    more = service.tables.rows_with(marker)
    if not first_count and more != rows and lines:
        # A mail that is only written somewhere: each request wrote all of it again.
        count = service.lines_with(marker) // lines
    seen = {"count": count, "rows": max(more.values(), default=0), "status": second.status,
            "first": first.status, "second": second.status}  # fmt: skip
    if second.fails:
        raise Red("duplicate-500", **seen)
    if count > 1 and more == rows and service.tables.sizes() != before:
        raise Red("replays-mail", **seen)
    if count > 1:
        raise Red("ignores-uuid" if id_of(first) != sent_id(body) or more != rows else None, **seen)


def replay(rig: Rig, service: Stand, marker: str) -> None:
    """The repeat has the same code and body as the first, and `Idempotent-Replayed: true`."""
    body = _body(rig, service, marker)
    first, second = _post(rig, service, body), _post(rig, service, body)
    seen = {"first": f"{first.status} {first.text[:120]}", "status": second.status,
            "second": f"{second.status} {second.text[:120]}"}  # fmt: skip
    if second.fails:
        raise Red("duplicate-500", **seen)
    if second.status == 400 and second.json is not None:
        raise Red("unique-validator-400", **seen)
    if (first.status, first.json) != (second.status, second.json):
        raise Red(**seen)
    if second.headers.get(HEADER, "").lower() != "true":
        raise Red(**{**seen, "second": f"{seen['second']} ({HEADER}: -)"})
    count = count_mails(rig, service, marker)
    if count != 1:
        raise Red("replays-mail" if count > 1 else None, count=count, **seen)


def other_content(rig: Rig, service: Stand, marker: str) -> None:
    """The same UUID with another message is 422 (409 will do), and makes no second mail."""
    body = _body(rig, service, marker)
    must_be_accepted(rig, service, _post(rig, service, body))
    answer = _post(rig, service, body | {"message": f"Ahora digo otra cosa {marker}"})
    if answer.ok:
        raise Red("ignores-change", status=answer.status)
    if answer.status not in {422, 409}:
        raise Red(status=answer.status)


def not_a_uuid(rig: Rig, service: Stand, marker: str) -> None:
    """An id that is no UUID is 400."""
    asker = Asker(rig, service)
    for value in ("no-es-un-uuid", "12345678-1234-1234-1234-12345678zzzz", ["a"]):
        answer = asker.contact(marker, **{asker.id_field: value})
        if answer.status != 400:
            raise Red(
                _why_taken(answer, asker.id_field),
                field=asker.id_field,
                value=repr(value),
                **shown(answer),
            )


def absent(rig: Rig, service: Stand, marker: str) -> None:
    """Without an id each request gets one of its own, and its own mail."""
    asker = Asker(rig, service)
    body = {name: value for name, value in asker.contact_body(marker).items()
            if name != asker.id_field}  # fmt: skip
    first, second = asker.post(CONTACT, body), asker.post(CONTACT, body)
    seen = {"first": first.status, "second": second.status, "status": first.status}
    if first.refuses:
        raise Red("key-required", count=0, **seen)
    count = count_mails(rig, service, marker, wanted=2)
    if count < 2 or id_of(first) == id_of(second):
        raise Red("by-content" if first.ok and second.ok else None, count=count, **seen)
    if not is_uuid(id_of(first)):
        raise Red(count=count, **seen)


def survives_restart(rig: Rig, service: Stand, marker: str) -> None:
    """After kill -9 and a restart the repeat makes no second mail."""
    body = _body(rig, service, marker)
    must_be_accepted(rig, service, _post(rig, service, body))
    count_mails(rig, service, marker)
    service.restart()
    _must_replay(rig, service, body, marker, "memory-key")


def survives_flush(rig: Rig, service: Stand, marker: str) -> None:
    """After Redis lost everything the repeat makes no second mail."""
    body = _body(rig, service, marker)
    must_be_accepted(rig, service, _post(rig, service, body))
    count_mails(rig, service, marker)
    with contextlib.closing(redis.Redis(port=service.redis.engine_port())) as client:
        client.flushall()
    _must_replay(rig, service, body, marker, "redis-only-key")


def case(rig: Rig, service: Stand, marker: str) -> None:
    """The UUID in upper case is the same UUID."""
    asker, body = Asker(rig, service), _body(rig, service, marker)
    must_be_accepted(rig, service, _post(rig, service, body))
    answer = _post(rig, service, body | {asker.id_field: str(body[asker.id_field]).upper()})
    count = count_mails(rig, service, marker)
    if count > 1 or not answer.ok:
        raise Red("case-sensitive", status=answer.status, count=count)


def refused_not_burnt(rig: Rig, service: Stand, marker: str) -> None:
    """The corrected request with the UUID of a refused one is accepted, one mail."""
    body = _body(rig, service, marker)
    refused = _post(rig, service, body | {"email": "no-es-correo"})
    if not refused.refuses:
        raise NotApplicable("01:required")
    answer = _post(rig, service, body)
    count = count_mails(rig, service, marker, wanted=1) if answer.ok else 0
    if not answer.ok or count != 1:
        raise Red("burns-uuid", status=answer.status, count=count)


def per_operation(rig: Rig, service: Stand, marker: str) -> None:
    """notify with a contact's UUID is refused or sent, never answered 2xx and forgotten."""
    asker, other = Asker(rig, service), rig.marker()
    body = _body(rig, service, marker)
    must_be_accepted(rig, service, _post(rig, service, body))
    answer = asker.notify(other, **{asker.id_field: body[asker.id_field]})
    if answer.status in {404, 405, 501}:
        raise NotApplicable(NOTIFY)
    if not answer.ok:
        if answer.status in {422, 409}:
            return
        raise Red(status=answer.status, count=0)
    count = len(wait_for_mails(lambda: service.mails(other), seconds=rig.seconds(WAIT)))
    if count != 1:
        raise Red("swallows-other" if count == 0 else None, status=answer.status, count=count)


def failure_not_burnt(rig: Rig, service: Stand, marker: str) -> None:
    """A POST failed because the tables were gone: afterwards the same UUID is one mail."""
    body = _body(rig, service, marker)
    with service.tables.hidden():
        failed = _post(rig, service, body)
    if failed.ok:
        raise NotApplicable(f"HTTP {failed.status}")
    answer = _post(rig, service, body)
    count = count_mails(rig, service, marker, wanted=1) if answer.ok else 0
    if not answer.ok or count != 1:
        raise Red("burns-on-failure", status=answer.status, count=count)


def twins(rig: Rig, service: Stand) -> None:
    """Three times twelve at once, held up at the database: one mail, and the rows of one."""
    single = _rows_of_a_single(rig, service)
    duplicated: list[str] = []
    for number in range(ROUNDS):
        one = rig.marker()
        answers = answered_volley(service, partial(_twin, rig, service), one, count=TWINS)
        count = count_mails(rig, service, one)
        extra = {table: rows for table, rows in service.tables.rows_with(one).items()
                 if rows > single.get(table, 0)}  # fmt: skip
        if count != 1 or extra:
            duplicated.append(f"{count} × ✉, {extra or single}")
        elif not any(answer.ok for answer in answers):
            raise Red(label=f"{number + 1}/{ROUNDS}", seen=told(answers))
    if duplicated:
        label = f"{len(duplicated)}/{ROUNDS}"
        raise Red("check-then-insert", label=label, seen="; ".join(duplicated),
                  duplicated=len(duplicated), rounds=ROUNDS)  # fmt: skip


def contract(rig: Rig) -> None:
    """What it answers is what this stage's contract.yaml declares, whatever is sent."""
    conforms(rig, Path(__file__).parent)


def _why_taken(answer: Answer, field: str) -> str | None:
    """Why an id that is no UUID was not answered 400."""
    if answer.refuses:
        return "other-4xx"
    if answer.ok and is_uuid(id_of(answer)):
        return "invents-uuid"
    return "errors-with-200" if answer.ok and answer.names(field) else None


def _twin(rig: Rig, service: Stand, marker: str) -> Callable[[], Answer]:
    """A post that is the same each time it is made."""
    body = _body(rig, service, marker)
    return lambda: _post(rig, service, body)


def _rows_of_a_single(rig: Rig, service: Stand) -> dict[str, int]:
    """How many rows with its marker one request makes, once its mail went out."""
    marker = rig.marker()
    must_be_accepted(rig, service, _post(rig, service, _body(rig, service, marker)))
    count_mails(rig, service, marker)
    return service.tables.rows_with(marker)


def _must_replay(rig: Rig, service: Stand, body: dict[str, Any], marker: str, mistake: str) -> None:
    answer = _post(rig, service, body)
    count = count_mails(rig, service, marker)
    if count > 1:
        raise Red(mistake, count=count, status=answer.status)
    if not answer.ok:
        raise Red(count=count, status=answer.status)


def _body(rig: Rig, service: Stand, marker: str) -> dict[str, Any]:
    """A valid contact with a UUID of its own."""
    asker = Asker(rig, service)
    return asker.contact_body(marker, **{asker.id_field: rig.uuid()})


def _post(rig: Rig, service: Stand, body: dict[str, Any]) -> Answer:
    return Asker(rig, service).post(CONTACT, body)
