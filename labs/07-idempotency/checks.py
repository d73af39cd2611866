"""Stage 07: one UUID is one request: one row, one mail, one answer, whatever happens meanwhile."""

import contextlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

import redis

from labs.runner.asking import CONTACT, NOTIFY, Asker, id_of, is_uuid, shown
from labs.runner.conformance import conforms
from labs.runner.diagnosis import why_refused
from labs.runner.rig import Rig
from labs.runner.stand.http import Answer
from labs.runner.stand.mails import wait_for_mails
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import NoAnswer, NotApplicable, Red

WAIT = 8.0
ROUNDS = 3
TWINS = 12
HELD = 0.3
HEADER = "Idempotent-Replayed"
_BRIEF_NAMES = ("message_id", "idempotency_key", "uuid")


def one_mail(rig: Rig, service: Stand, marker: str) -> None:
    """Two equal requests with one UUID are one mail."""
    before = service.tables.sizes()
    body, headers = _body_by_any_name(rig, service, marker)
    first = service.http.send_spelled("POST", CONTACT, json=body, headers=headers)
    if not first.ok:
        raise why_refused(rig, service, first)
    first_count = _count_mails(rig, service, marker)
    rows, lines = _rows(service, marker), service.lines_with(marker)
    second = service.http.send_spelled("POST", CONTACT, json=body, headers=headers)
    count = _count_mails(rig, service, marker)
    more = _rows(service, marker)
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
        raise Red(
            "ignores-uuid" if id_of(first) != _sent_id(body) or more != rows else None, **seen
        )


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
    count = _count_mails(rig, service, marker)
    if count != 1:
        raise Red("replays-mail" if count > 1 else None, count=count, **seen)


def other_content(rig: Rig, service: Stand, marker: str) -> None:
    """The same UUID with another message is 422 (409 will do), and makes no second mail."""
    body = _body(rig, service, marker)
    _accepted(rig, service, _post(rig, service, body))
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
    count = _count_mails(rig, service, marker, wanted=2)
    if count < 2 or id_of(first) == id_of(second):
        raise Red("by-content" if first.ok and second.ok else None, count=count, **seen)
    if not is_uuid(id_of(first)):
        raise Red(count=count, **seen)


def survives_restart(rig: Rig, service: Stand, marker: str) -> None:
    """After kill -9 and a restart the repeat makes no second mail."""
    body = _body(rig, service, marker)
    _accepted(rig, service, _post(rig, service, body))
    _count_mails(rig, service, marker)
    service.restart()
    _must_replay(rig, service, body, marker, "memory-key")


def survives_flush(rig: Rig, service: Stand, marker: str) -> None:
    """After Redis lost everything the repeat makes no second mail."""
    body = _body(rig, service, marker)
    _accepted(rig, service, _post(rig, service, body))
    _count_mails(rig, service, marker)
    with contextlib.closing(redis.Redis(port=service.redis.engine_port())) as client:
        client.flushall()
    _must_replay(rig, service, body, marker, "redis-only-key")


def case(rig: Rig, service: Stand, marker: str) -> None:
    """The UUID in upper case is the same UUID."""
    asker, body = Asker(rig, service), _body(rig, service, marker)
    _accepted(rig, service, _post(rig, service, body))
    answer = _post(rig, service, body | {asker.id_field: str(body[asker.id_field]).upper()})
    count = _count_mails(rig, service, marker)
    if count > 1 or not answer.ok:
        raise Red("case-sensitive", status=answer.status, count=count)


def refused_not_burnt(rig: Rig, service: Stand, marker: str) -> None:
    """The corrected request with the UUID of a refused one is accepted, one mail."""
    body = _body(rig, service, marker)
    refused = _post(rig, service, body | {"email": "no-es-correo"})
    if not refused.refuses:
        raise NotApplicable("01:required")
    answer = _post(rig, service, body)
    count = _count_mails(rig, service, marker, wanted=1) if answer.ok else 0
    if not answer.ok or count != 1:
        raise Red("burns-uuid", status=answer.status, count=count)


def per_operation(rig: Rig, service: Stand, marker: str) -> None:
    """notify with a contact's UUID is refused or sent, never answered 2xx and forgotten."""
    asker, other = Asker(rig, service), rig.marker()
    body = _body(rig, service, marker)
    _accepted(rig, service, _post(rig, service, body))
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
    count = _count_mails(rig, service, marker, wanted=1) if answer.ok else 0
    if not answer.ok or count != 1:
        raise Red("burns-on-failure", status=answer.status, count=count)


def twins(rig: Rig, service: Stand) -> None:
    """Three times twelve at once, held up at the database: one mail, and the rows of one."""
    single = _rows_of_a_single(rig, service)
    duplicated: list[str] = []
    for number in range(ROUNDS):
        one = rig.marker()
        begun = monotonic()
        answers = _volley(rig, service, one)
        _must_be_answers(rig, service, answers, begun)
        count = _count_mails(rig, service, one)
        extra = {table: rows for table, rows in _rows(service, one).items()
                 if rows > single.get(table, 0)}  # fmt: skip
        if count != 1 or extra:
            duplicated.append(f"{count} × ✉, {extra or single}")
        elif not any(answer.ok for answer in answers):
            raise Red(label=f"{number + 1}/{ROUNDS}", seen=_told(answers))
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


def _rows_of_a_single(rig: Rig, service: Stand) -> dict[str, int]:
    """How many rows with its marker one request makes, once its mail went out."""
    marker = rig.marker()
    _accepted(rig, service, _post(rig, service, _body(rig, service, marker)))
    _count_mails(rig, service, marker)
    return _rows(service, marker)


def _volley(rig: Rig, service: Stand, marker: str, *, count: int = TWINS) -> list[Answer]:
    """Equal posts started while the write lock is held, so that they meet."""
    body, go = _body(rig, service, marker), Event()

    def post(_: int) -> Answer | None:
        go.wait()
        try:
            return _post(rig, service, body)
        except NoAnswer:
            return None

    with ThreadPoolExecutor(count) as pool:
        waiting = [pool.submit(post, number) for number in range(count)]
        with service.tables.locked():
            go.set()
            sleep(HELD)  # the lock is the fault, and this is how long it lasts
        answers = [one.result() for one in waiting]
    if None in answers:
        raise Red(label="-", seen="∅")
    return [answer for answer in answers if answer]


def _must_be_answers(rig: Rig, service: Stand, answers: list[Answer], begun: float) -> None:
    """Each twin got the one 2xx, or was told to come again."""
    failed = [answer for answer in answers if answer.status >= 500 and answer.status != 503]
    if failed:
        hint = "locked-db" if _was_locked(rig, service, failed, begun) else None
        raise Red(hint, label="12", **shown(failed[0], seen=_told(answers)))
    bodies = {str(answer.json) for answer in answers if answer.ok}
    refused = {answer.status for answer in answers if not answer.ok} - {409, 429, 503}
    if len(bodies) > 1 or refused:
        raise Red(label="12", seen=_told(answers))


def _was_locked(rig: Rig, service: Stand, failed: list[Answer], begun: float) -> bool:
    """Whether the lock is why: something says so, or a request alone fails under it too."""
    told = [answer.text for answer in failed] + service.all_lines(since=begun)
    if any("locked" in text.lower() for text in told):
        return True
    alone = _volley(rig, service, rig.marker(), count=1)
    return alone[0].status >= 500


def _must_replay(rig: Rig, service: Stand, body: dict[str, Any], marker: str, mistake: str) -> None:
    answer = _post(rig, service, body)
    count = _count_mails(rig, service, marker)
    if count > 1:
        raise Red(mistake, count=count, status=answer.status)
    if not answer.ok:
        raise Red(count=count, status=answer.status)


def _body(rig: Rig, service: Stand, marker: str) -> dict[str, Any]:
    """A valid contact with a UUID of its own."""
    asker = Asker(rig, service)
    return asker.contact_body(marker, **{asker.id_field: rig.uuid()})


def _body_by_any_name(
    rig: Rig, service: Stand, marker: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """A contact with its UUID in every field and header where the brief lets it stand."""
    value, manifest = rig.uuid(), rig.manifest
    declared = [manifest.id_field] if manifest.id_field else []
    names = declared or list(_BRIEF_NAMES[:2])
    headers = {manifest.id_header: value} if manifest.id_header else {}
    body = Asker(rig, service).contact_body(marker, **dict.fromkeys(names, value))
    return body, headers


def _sent_id(body: dict[str, Any]) -> str:
    return next((str(body[name]) for name in _BRIEF_NAMES if name in body), "")


def _post(rig: Rig, service: Stand, body: dict[str, Any]) -> Answer:
    return Asker(rig, service).post(CONTACT, body)


def _accepted(rig: Rig, service: Stand, answer: Answer) -> None:
    if not answer.ok:
        raise why_refused(rig, service, answer)


def _count_mails(rig: Rig, service: Stand, marker: str, *, wanted: int = 1) -> int:
    """How many mails one marker made, by whichever way; what went to stdout counts lines."""
    found = wait_for_mails(
        lambda: mails if len(mails := service.mails(marker)) >= wanted else [],
        seconds=rig.seconds(WAIT) if rig.learnt.mail_by != "console" else 0.5,
    )
    if not found:
        found = service.mails(marker)
    return len(found) or service.copies_written(marker)


def _rows(service: Stand, marker: str) -> dict[str, int]:
    return service.tables.rows_with(marker)


def _told(answers: list[Answer]) -> str:
    counted = Counter(answer.status for answer in answers)
    return ", ".join(f"{count} × {status}" for status, count in sorted(counted.items()))
