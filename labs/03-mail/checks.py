"""Stage 03: one mail for each contact, by the transport that the environment names."""

from collections.abc import Callable
from pathlib import Path

from labs.runner.asking import CONTACT, Asker, shown
from labs.runner.conformance import conforms
from labs.runner.diagnosis import must_be_accepted, why_not_sent
from labs.runner.rig import Rig
from labs.runner.stand.environment import CONTACT_TO
from labs.runner.stand.mails import SETTLE, InboxMails, Mail, wait_for_mails
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import NoAnswer, NotApplicable, Red
from labs.runner.waiting import wait_until

WAIT = 8.0
"""Seconds within which a mail has to come."""
MOMENT = 1.5
"""Seconds that the right way may come behind another, such as a log line about the mail."""
PATIENCE = 10.0
"""Seconds within which a contact is answered although SMTP is not there."""
TEXT = "¿Qué tal, Íñigo? Ñandú, pingüino, 😀"
BAIT = "Bcc: intruso@example.org"


def mail_goes_out(rig: Rig, service: Stand, marker: str) -> None:
    """One mail in the inbox or in a folder, or the marker in what it writes."""
    answer = Asker(rig, service).contact(marker)
    must_be_accepted(rig, service, answer)
    seconds = rig.seconds(WAIT)
    wait_until(lambda: bool(service.mails(marker)) or service.wrote(marker), seconds)
    found = wait_for_mails(lambda: service.mails(marker), seconds=0)
    rig.learnt.mail_by = {"": "console", "inbox": "smtp"}.get(
        found[0].where if found else "", "file"
    )
    if len(found) > 1:
        raise Red("double-send", count=len(found))
    if not found and not service.wrote(marker):
        forgotten = "forgets-send" if service.tables.holds(marker) else None
        hint = why_not_sent(service, marker) or forgotten
        raise Red(hint, count=0, seconds=round(seconds), **shown(answer))


def transports(rig: Rig) -> None:
    """console and file each carry the mail, and by their own way; smtp is what the others use."""
    for transport in ("console", "file"):
        service = rig.stand({"EMAIL_TRANSPORT": transport}).up()
        _goes_by(rig, service, transport)
        rig.leave(service)


def exactly_one(rig: Rig, service: Stand, marker: str) -> None:
    """One contact is one mail in the inbox."""
    found = _mails_of_contact(rig, service, marker)
    if not found and (service.wrote(marker) or service.file_mails(marker)):
        seen = "file" if service.file_mails(marker) else "console"
        raise Red("fixed-backend", transport="smtp", count=0, seen=seen)
    if len(found) > 1:
        raise Red("double-send", count=len(found))
    if not found:
        raise Red(why_not_sent(service, marker), count=0)


def headers(rig: Rig, service: Stand, marker: str) -> None:
    """To CONTACT_RECIPIENT, From not the visitor, Reply-To the visitor."""
    visitor = f"{marker}@example.com"
    mail = _one(_mails_of_contact(rig, service, marker, settle=0))
    to, sender, reply_to = mail.header("To"), mail.header("From"), mail.header("Reply-To")
    seen = {"to": to, "sender": sender, "reply_to": reply_to or "-", "owner": CONTACT_TO,
            "visitor": visitor}  # fmt: skip
    if visitor in " ".join([to, mail.header("Cc"), *mail.envelope_to]):
        raise Red("mails-the-visitor", seen=visitor, **seen)
    if service.contact_to not in ("", *mail.envelope_to):
        raise Red(**seen)
    if visitor in sender or visitor in mail.envelope_from:
        raise Red("from-visitor", seen=visitor, **seen)
    if visitor not in reply_to:
        raise Red(**seen)


def unicode_mail(rig: Rig, service: Stand, marker: str) -> None:
    """The text decodes, by what the mail says of itself, to what was sent."""
    mail = _one(_mails_of_contact(rig, service, marker, settle=0, message=f"{TEXT} {marker}"))
    body = mail.body
    if TEXT in body:
        return
    seen = next((line for line in body.splitlines() if marker in line), body)[:120]
    raise Red("mojibake" if _is_garbled(body) else None, seen=seen, sent=TEXT)


def header_safe(rig: Rig, service: Stand) -> None:
    """CR LF in a name is refused or made harmless: no new header, no 5xx."""
    for break_ in ("\r\n", "\n", "\r"):
        one = rig.marker()
        answer = Asker(rig, service).contact(one, name=f"Eva {one}{break_}{BAIT}")
        if answer.fails:
            raise Red("header-injection", **shown(answer, seen=f"HTTP {answer.status}"))
        if answer.refuses:
            continue
        for mail in wait_for_mails(lambda: service.mails(one), seconds=rig.seconds(WAIT), settle=0):  # noqa: B023
            if "intruso" in mail.header("Bcc") or "intruso@example.org" in mail.envelope_to:
                raise Red("header-injection", **shown(answer, seen=BAIT))


def smtp_refused(rig: Rig, service: Stand, marker: str) -> None:
    """SMTP refuses: 2xx or 503 within 10 s, and the request is kept."""
    service.smtp.refuse()
    asker = Asker(rig, service)
    answer = asker.post(CONTACT, asker.contact_body(marker), timeout=rig.seconds(PATIENCE))
    kept = service.tables.holds(marker)
    seen = shown(answer)
    if not kept:
        raise Red("lost-when-smtp-down", **seen)
    if answer.fails and answer.status != 503:
        raise Red("smtp-500", **seen)
    if not answer.ok and answer.status != 503:
        raise Red(**seen)


def smtp_silent(rig: Rig) -> None:
    """SMTP accepts the line and says nothing: the contact is answered within 10 s."""
    service = rig.stand().up()
    service.smtp.silence()
    limit = rig.seconds(PATIENCE)
    try:
        asker = Asker(rig, service)
        asker.post(CONTACT, asker.contact_body(rig.marker()), timeout=limit)
    except NoAnswer as silence:
        if silence.reason != "timeout":
            raise
        raise Red("no-smtp-timeout", seconds=round(limit)) from None
    finally:
        service.end()


def without_starttls(rig: Rig, service: Stand, marker: str) -> None:
    """A server that offers no STARTTLS gets the mail too."""
    rig.plain_inbox.get()  # up before the service's own time-out runs
    service.smtp.lead_to(rig.plain_inbox.port)
    try:
        answer = Asker(rig, service).contact(marker)
        must_be_accepted(rig, service, answer)
        inbox = InboxMails(rig.plain_inbox.get)
        found = wait_for_mails(
            lambda: inbox.with_marker(marker), seconds=rig.seconds(WAIT), settle=0
        )
    finally:
        service.smtp.lead_to(rig.inbox.port)
    if not found:
        raise Red("fixed-tls", **shown(answer))


def contract(rig: Rig) -> None:
    """What it answers is what this stage's contract.yaml declares, whatever is sent."""
    conforms(rig, Path(__file__).parent)


def _goes_by(rig: Rig, service: Stand, transport: str) -> None:
    """One contact arrives by that transport and by no other."""
    marker = rig.marker()
    must_be_accepted(rig, service, Asker(rig, service).contact(marker))
    arrived = _ways(service, marker)
    seconds = rig.seconds(WAIT)
    wait_until(lambda: any(way() for way in arrived.values()), seconds)
    if wait_until(arrived[transport], rig.seconds(MOMENT)):
        return
    other = next((name for name, way in arrived.items() if way()), "")
    seen = {"transport": transport, "seconds": round(seconds), "seen": other or "-"}
    raise Red("fixed-backend" if other else None, **seen)


def _ways(service: Stand, marker: str) -> dict[str, Callable[[], object]]:
    return {
        "smtp": lambda: service.setting.inbox.with_marker(marker),
        "file": lambda: service.file_mails(marker),
        "console": lambda: service.wrote(marker),
    }


def _mails_of_contact(
    rig: Rig, service: Stand, marker: str, *, settle: float = SETTLE, **changes: str
) -> list[Mail]:
    """The mails that one contact made in the inbox, and within `settle` after the first."""
    must_be_accepted(rig, service, Asker(rig, service).contact(marker, **changes))
    look = service.setting.inbox.with_marker
    return wait_for_mails(lambda: look(marker), seconds=rig.seconds(WAIT), settle=settle)


def _one(mails: list[Mail]) -> Mail:
    if not mails:
        raise NotApplicable("exactly-one")
    return mails[0]


def _is_garbled(body: str) -> bool:
    """Whether UTF-8 was read as Latin-1 somewhere, or letters were lost."""
    return any(piece in body for piece in ("Ã", "Â", "ðŸ", "\ufffd", "?and", "??"))
