"""The attempts at SMTP for one message, while the inbox refuses its recipient."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from labs.runner.asking import CONTACT, Asker, id_of
from labs.runner.diagnosis import must_be_accepted
from labs.runner.rig import Rig
from labs.runner.stand.http import Answer
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import NotApplicable, Red
from labs.runner.waiting import wait_until

WAIT = 12.0
"""Seconds within which a worker that was just started has sent what waited."""
SOON = 3.0
"""Seconds within which a delay of 0.2 s must show as a second attempt."""
LONGEST = 8.0
"""Seconds after which no other attempt is expected: more than the delay that the task names."""


@dataclass(frozen=True)
class Watched:
    """One accepted message, the address that its mail goes to, and how its attempts are seen."""

    answer: Answer
    attempts: Callable[[], list[dict[str, Any]]]
    forgive: Callable[[], None]

    def gaps(self) -> list[float]:
        """The seconds between one attempt and the next."""
        moments = [datetime.fromisoformat(one["started"]).timestamp() for one in self.attempts()]
        return [later - sooner for sooner, later in pairwise(moments)]


def refuse(
    rig: Rig, service: Stand, marker: str, code: int, *, times: int, by_contact: bool = False
) -> Watched:
    """Post a message while SMTP answers its recipient with `code`, so many times or for ever."""
    asker, inbox = Asker(rig, service), rig.inbox.get()
    notice = bool(rig.learnt.notify_built) and not by_contact
    address = f"{marker}@example.com" if notice else service.contact_to
    known = {one["id"] for one in inbox.attempts()}
    fault = inbox.add_fault("rcpt", code=code, times=times, match={"to": address})

    def attempts() -> list[dict[str, Any]]:
        made = [one for one in inbox.attempts() if one["id"] not in known and address in one["to"]]
        return made[::-1]

    def forgive() -> None:
        if any(one.id == fault.id for one in inbox.faults()):
            inbox.remove_fault(fault.id)

    answer = asker.notify(marker) if notice else asker.post(CONTACT, asker.contact_body(marker))
    if not answer.ok:
        forgive()
    must_be_accepted(rig, service, answer)
    return Watched(answer, attempts, forgive)


def must_retry_soon(rig: Rig, watched: Watched) -> None:
    """A second attempt comes soon; if it comes late, nobody reads the delay of the environment."""
    if not wait_until(lambda: bool(watched.attempts()), rig.seconds(WAIT)):
        raise NotApplicable("drains")
    if wait_until(lambda: len(watched.attempts()) > 1, rig.seconds(SOON)):
        return
    if wait_until(lambda: len(watched.attempts()) > 1, rig.seconds(LONGEST)):
        watched.forgive()
        raise NotApplicable("EMAIL_RETRY_DELAY")
    watched.forgive()
    raise Red("unreachable-retry", attempts=1, count=1, mails=0)


def state_of(rig: Rig, service: Stand, watched: Watched, *, awaited: str) -> str:
    """The state of the message once it is `awaited` or `sent`, or what it is at the end."""
    path, state = f"/api/messages/{id_of(watched.answer)}", ""

    def reached() -> bool:
        nonlocal state
        state = service.http.send_spelled("GET", path).status_word
        return state in {awaited, "sent"}

    wait_until(reached, rig.seconds(WAIT))
    return state
