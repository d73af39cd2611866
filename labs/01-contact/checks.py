"""Stage 01: POST /api/contact/ accepts what is right and refuses the rest by name."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from labs.runner.asking import ABSENT, CONTACT, REQUIRED, Asker, shown
from labs.runner.conformance import conforms
from labs.runner.diagnosis import why_refused
from labs.runner.rig import Rig
from labs.runner.stand.http import Answer
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import NoAnswer, Red

FIELDS = REQUIRED[CONTACT]
MEGABYTES = 2_000_000
LONG = 10_000
BODIES = {
    "{": b"{",
    "[]": b"[]",
    "null": b"null",
    '"text"': b'"text"',
    '{"name": "Ana",}': b'{"name": "Ana",}',
}


def valid(rig: Rig, service: Stand, marker: str) -> None:
    """The brief's example is answered 2xx with status queued."""
    asker = Asker(rig, service)
    answer = asker.contact(marker)
    if answer.refuses and _wants_an_id(asker, answer):
        rig.learnt.must_send_id = True
        answer = asker.contact(rig.marker())
    if not answer.ok:
        raise why_refused(rig, service, answer)
    if answer.status_word != "queued":
        raise Red("status-word", **shown(answer, seen=answer.status_word or answer.text[:80]))


def required(rig: Rig, service: Stand, marker: str) -> None:
    """Each missing, blank, null or wrong field is a 4xx in JSON that names the field."""
    asker = Asker(rig, service)
    for label, field, changes in _wrong_fields():
        answer = asker.contact(marker, **changes)
        _must_refuse(answer, label, field)


def malformed(service: Stand) -> None:
    """Malformed JSON, a list, null and a bare text are 4xx."""
    for label, octets in BODIES.items():
        answer = _post(service, octets)
        if not answer.refuses:
            raise _crash_or(answer, label, Red(label=label, **shown(answer)))


def unicode(rig: Rig, service: Stand, marker: str) -> None:
    """Names and texts of any language are accepted."""
    asker = Asker(rig, service)
    answer = asker.contact(
        marker, name=f"Íñigo Ñandú {marker}", message=f"¿Cómo estás? 😀 日本 {marker}"
    )
    if not answer.ok:
        narrow = answer.refuses and answer.names("name")
        raise Red("ascii-names" if narrow else None, **shown(answer, seen="Íñigo Ñandú"))


def no_crash(rig: Rig, service: Stand, marker: str) -> None:
    """Odd but possible requests are never a 5xx."""
    asker = Asker(rig, service)
    odd: dict[str, dict[str, Any]] = {
        "name = 42": {"name": 42},
        "name = true": {"name": True},
        "message = {}": {"message": {"a": [1, {"b": None}]}},
        "email = []": {"email": []},
        "name = \\u0000": {"name": f"a\x00b {marker}"},
        "email × 400": {"email": "a" * 400 + "@example.com"},
    }
    for label, changes in odd.items():
        _must_not_fail(asker.contact(marker, **changes), label)
    for label, octets in {"\\xff": b"\xff\xfe{", "(empty)": b"", "NaN": b'{"name": NaN}'}.items():
        _must_not_fail(_post(service, octets), label)


def codes(rig: Rig, service: Stand, marker: str) -> None:
    """Every refusal of `required` and `malformed` is exactly 400."""
    asker = Asker(rig, service)
    for label, _field, changes in _wrong_fields():
        _must_be_400(asker.contact(marker, **changes), label)
    for label, octets in BODIES.items():
        _must_be_400(_post(service, octets), label)


def media_type(rig: Rig, service: Stand, marker: str) -> None:
    """A body of type text/plain is 415."""
    body = json.dumps(Asker(rig, service).contact_body(marker)).encode()
    headers = {"Content-Type": "text/plain"}
    answer = service.http.send_spelled("POST", CONTACT, content=body, headers=headers)
    if answer.status != 415:
        hint = "any-media-type" if answer.ok else None
        raise _crash_or(answer, "text/plain", Red(hint, **shown(answer)))


def no_redirect(rig: Rig, service: Stand, marker: str) -> None:
    """POST /api/contact/ answers at that address, not elsewhere."""
    body = Asker(rig, service).contact_body(marker)
    answer = service.send("POST", CONTACT, json=body)
    if answer.status == 404:
        raise Red("no-slash-route", **shown(answer))
    if not answer.ok:
        raise Red(**shown(answer))


def long_message(rig: Rig, service: Stand, marker: str) -> None:
    """A message of 10 000 characters is accepted."""
    text = f"{marker} " + "ñandú " * LONG
    answer = Asker(rig, service).contact(marker, message=text[:LONG])
    if answer.refuses:
        raise Red("short-limit", **shown(answer))
    if not answer.ok:
        raise Red(**shown(answer))


def size_limit(rig: Rig, service: Stand, marker: str) -> None:
    """A message of 2 MB is refused; closing the line in the middle is a refusal too."""
    text = f"{marker} " + "x" * MEGABYTES
    try:
        answer = Asker(rig, service).contact(marker, message=text)
    except NoAnswer as silence:
        if silence.reason == "connection" and service.lives:
            return
        raise
    if answer.ok:
        raise Red("no-size-limit", **shown(answer))
    if answer.status not in {400, 413}:
        raise Red(**shown(answer))


def contract(rig: Rig) -> None:
    """What it answers is what this stage's contract.yaml declares, whatever is sent."""
    conforms(rig, Path(__file__).parent)


def _wrong_fields() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every way in which one field may be wrong: what it is, the field, the change."""
    for field in FIELDS:
        yield f"{field}: ∅", field, {field: ABSENT}
    for field in FIELDS:
        yield f'{field} = ""', field, {field: ""}
        yield f'{field} = "   "', field, {field: "   "}
        yield f"{field} = null", field, {field: None}
    yield 'email = "no-es-correo"', "email", {"email": "no-es-correo"}
    yield 'email = "a@b@c.example"', "email", {"email": "a@b@c.example"}
    for field in FIELDS:
        yield f'{field} = ["a"]', field, {field: ["a"]}
        yield f'{field} = {{"a": 1}}', field, {field: {"a": 1}}


def _must_refuse(answer: Answer, label: str, field: str) -> None:
    seen = shown(answer, label=label, field=field, seen=label.partition(" = ")[2].strip('"'))
    if answer.ok:
        raise Red(_hint_for_accepted(answer, label, field), **seen)
    if answer.fails:
        raise Red("validates-by-hand" if "∅" in label else None, **seen)
    if not answer.refuses or not answer.names(field):
        raise Red(**seen)


def _hint_for_accepted(answer: Answer, label: str, field: str) -> str | None:
    """Which mistake accepts this, if one is known to."""
    if answer.status_word != "queued" and answer.names(field):
        return "errors-with-200"
    if "no-es-correo" in label:
        return "email-unchecked"
    if '"   "' in label:
        return "blank-accepted"
    return None


def _crash_or(answer: Answer, label: str, otherwise: Red) -> Red:
    """A 5xx in JSON was written by somebody who catches everything; HTML was not."""
    if answer.fails and answer.json is not None:
        return Red("catches-everything", **shown(answer, label=label, seen=label))
    return otherwise


def _must_not_fail(answer: Answer, label: str) -> None:
    if answer.fails:
        raise Red(label=label, **shown(answer))


def _must_be_400(answer: Answer, label: str) -> None:
    if answer.status != 400:
        raise Red("other-4xx" if answer.refuses else None, label=label, **shown(answer))


def _post(service: Stand, octets: bytes) -> Answer:
    headers = {"Content-Type": "application/json"}
    return service.http.send_spelled("POST", CONTACT, content=octets, headers=headers)


def _wants_an_id(asker: Asker, answer: Answer) -> bool:
    """Whether the brief's own example was refused for want of a UUID."""
    names = {asker.id_field, "message_id", "uuid", "idempotency_key"}
    return any(answer.names(name) for name in names)
