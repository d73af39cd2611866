"""Stage 04 (extra): POST /api/notify/ mails what it is told, and the state tells the truth."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from time import monotonic

from labs.runner.asking import ABSENT, NOTIFY, REQUIRED, Asker, id_of, shown
from labs.runner.conformance import conforms
from labs.runner.diagnosis import why_failed, why_refused
from labs.runner.rig import Rig
from labs.runner.stand.http import Answer
from labs.runner.stand.mails import Mail, wait_for_mails
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import NotApplicable, Outcome, Red
from labs.runner.waiting import wait_until

WAIT = 8.0
POLLED = 20.0
HELD = 1.0
"""Seconds for which the answer of SMTP is held back: less than the shortest sensible time-out."""


def notify_mail(rig: Rig, service: Stand, marker: str) -> None:
    """A notification is one mail to `to`, with exactly that subject and body."""
    asker = Asker(rig, service)
    body = asker.notify_body(marker)
    answer = asker.post(NOTIFY, body)
    _require_built(rig, answer)
    letters = _characters_of(rig, body["to"])
    if letters:
        raise Red("to-characters", count=len(letters), seen=", ".join(letters)[:40])
    _accepted(rig, service, answer)
    found = _mails(rig, service, marker)
    if not found and _shows_mail(service, body):
        return
    if not found:
        raise _no_mail(service, marker, answer)
    _must_be_asked(found[-1], body)


def notify_validates(rig: Rig, service: Stand, marker: str) -> None:
    """Each missing, blank or wrong field is a 4xx in JSON that names it; `to` is one address."""
    asker = Asker(rig, service)
    for field in REQUIRED[NOTIFY]:
        for label, value in (("∅", ABSENT), ('= ""', ""), ("= null", None)):
            _must_refuse(asker.notify(marker, **{field: value}), f"{field} {label}", field)
    _must_refuse(asker.notify(marker, to="no-es-correo"), 'to = "no-es-correo"', "to")
    pair = [f"{marker}a@example.com", f"{marker}b@example.com"]
    answer = asker.notify(marker, to=pair)
    if answer.ok:
        raise Red(
            "to-characters", count=len(pair), **shown(answer, label="to = […]", seen=str(pair))
        )
    _must_refuse(answer, "to = […]", "to")


def state_sent(rig: Rig, service: Stand, marker: str) -> None:
    """After SMTP's 250 the message's state comes to be `sent`."""
    answer = Asker(rig, service).notify(marker)
    _accepted(rig, service, answer)
    state = _state_after(rig, service, answer, "sent")
    if state != "sent":
        came = service.mails(marker) and state == "queued"
        seconds = round(rig.seconds(POLLED))
        raise Red("stays-queued" if came else None, seconds=seconds, seen=state or "?")


def state_failed(rig: Rig, service: Stand, marker: str) -> None:
    """After SMTP's 550 it comes to be `failed`, and was never said to be sent."""
    asker = Asker(rig, service)
    inbox = rig.inbox.get()
    fault = inbox.add_fault("rcpt", code=550, times=0, match={"to": f"{marker}@example.com"})
    try:
        answer, early = _sent_while_held(rig, service, lambda: asker.notify(marker), marker)
        if answer.refuses or (answer.fails and answer.status != 503):
            raise Red(seconds=0, seen=f"HTTP {answer.status}")
        state = _state_after(rig, service, answer, "failed")
    finally:
        inbox.remove_fault(fault.id)
    if state == "failed":
        return
    seen = {"seen": state or "?", "seconds": round(rig.seconds(POLLED))}
    if state == "sent":
        raise Red("state-before-sending" if early else "swallows-error", **seen)
    raise Red(**seen)


def contact_still(rig: Rig, service: Stand, marker: str) -> None:
    """The contact of stage 01 is accepted as before."""
    answer = Asker(rig, service).contact(marker)
    if not answer.ok:
        raise why_refused(rig, service, answer)


def contract(rig: Rig) -> None:
    """What it answers is what this stage's contract.yaml declares, whatever is sent."""
    conforms(rig, Path(__file__).parent)


def _require_built(rig: Rig, answer: Answer) -> None:
    """An extra stage that was not begun is not red, unless it is the one being worked on."""
    built = answer.status not in {404, 405, 501}
    rig.learnt.notify_built = built
    if not built and rig.current != "04":
        raise NotApplicable(NOTIFY)


def _accepted(rig: Rig, service: Stand, answer: Answer) -> None:
    if not answer.ok:
        hint = why_failed(rig, service) if answer.fails else None
        raise Red(hint, **shown(answer, seen=f"HTTP {answer.status}"))


def _mails(rig: Rig, service: Stand, marker: str) -> list[Mail]:
    """The mails of a notification, once there is one or something was written about it."""
    wait_until(lambda: bool(service.mails(marker)) or service.wrote(marker), rig.seconds(WAIT))
    patience = rig.seconds(WAIT if rig.learnt.mail_by != "console" else 0.5)
    return wait_for_mails(lambda: service.mails(marker), seconds=patience, settle=0.2)


def _shows_mail(service: Stand, body: dict[str, str]) -> bool:
    """Whether a mail was written on stdout: its address, subject and text."""
    return all(service.wrote(body[field]) for field in REQUIRED[NOTIFY])


def _no_mail(service: Stand, marker: str, answer: Answer) -> Red:
    """Nothing came: not by SMTP, not in a folder, not on stdout."""
    stored = service.tables.holds(marker)
    return Red("mute" if stored else None, **shown(answer, seen="-"))


def _must_be_asked(mail: Mail, body: dict[str, str]) -> None:
    subject, text = mail.header("Subject").strip(), mail.body.strip()
    seen = {"subject": subject, "body": text[:80], "seen": f"{subject!r}, {text[:80]!r}"}
    if subject == body["body"] or (text == body["subject"] and text != body["body"]):
        raise Red("crossed-fields", **seen)
    if subject != body["subject"]:
        seen |= {"sent": body["subject"], "seen": subject}
        raise Red("fixed-subject" if text == body["body"] else None, **seen)
    if body["body"] not in text:
        raise Red(**seen)
    if mail.envelope_to and body["to"] not in mail.envelope_to:
        raise Red(**{**seen, "seen": f"To {', '.join(mail.envelope_to)}"})


def _characters_of(rig: Rig, address: str) -> list[str]:
    """The single letters of the address that SMTP was given as recipients, if it was."""
    for attempt in rig.inbox.get().attempts()[:5]:
        recipients: list[str] = attempt["to"]
        if recipients and all(len(one) == 1 and one in address for one in recipients):
            return recipients
    return []


def _must_refuse(answer: Answer, label: str, field: str) -> None:
    if answer.ok:
        raise Red("notify-unchecked", field=field, label=label, **shown(answer))
    if not answer.refuses or not answer.names(field):
        raise Red(field=field, label=label, **shown(answer))


def _state_after(rig: Rig, service: Stand, answer: Answer, wanted: str) -> str:
    """The state of an accepted message once it is `wanted`, or at the end of the patience."""
    said = id_of(answer)
    if not said:
        raise Red(seen="?", seconds=0)
    path, state = f"/api/messages/{said}", ""

    def reached() -> bool:
        nonlocal state
        state = service.http.send_spelled("GET", path).status_word
        return state == wanted or (wanted == "failed" and state == "sent")

    wait_until(reached, rig.seconds(POLLED))
    return state


def _sent_while_held(
    rig: Rig, service: Stand, post: Callable[[], Answer], marker: str
) -> tuple[Answer, bool]:
    """Post while SMTP's answers are held: the answer, and whether a row said `sent` by then."""
    caught: list[Answer | Outcome] = []

    def run() -> None:
        try:
            caught.append(post())
        except Outcome as outcome:
            caught.append(outcome)

    begun = monotonic()
    service.smtp.hold_replies()
    thread = Thread(target=run, daemon=True)
    thread.start()

    def says_sent() -> bool:
        return any(row.holds("sent") for row in service.tables.find(marker))

    # A worker may take its time until it asks SMTP; what counts is the moment when it asked.
    wait_until(lambda: says_sent() or service.smtp.visits_since(begun), rig.seconds(WAIT))
    early = wait_until(says_sent, HELD)
    service.smtp.open()
    thread.join(rig.seconds(POLLED))
    if not caught:
        raise Red(seen="-", seconds=round(rig.seconds(POLLED)))
    if isinstance(caught[0], Outcome):
        raise caught[0]
    return caught[0], early
