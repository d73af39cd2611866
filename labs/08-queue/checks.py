"""Stage 08 (extra): requests put mails into the queue `emails`; a worker sends and tries again."""

from pathlib import Path
from time import monotonic, sleep

from labs.runner.asking import Asker
from labs.runner.attempts import LONGEST, SOON, WAIT, must_retry_soon, refuse, state_of
from labs.runner.conformance import conforms
from labs.runner.diagnosis import must_be_accepted, why_not_sent
from labs.runner.queues import copy_of_first, waiting
from labs.runner.rig import Rig
from labs.runner.stand.mails import Mail, are_different, wait_for_mails
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import NotApplicable, NotObservable, Red
from labs.runner.waiting import wait_until

QUEUE = "emails"
DEFAULT_QUEUE = "celery"
WORKER = "worker"
ANSWER = 0.5
SMTP_PAUSE = 0.3
ATTEMPTS = 4
DELAY = 5.0
FIRST_GAP = 7.0
SLACK = 0.15
"""Seconds by which two moments of the inbox may be nearer than those of the service."""
MOMENT = 1.0


def answers_at_once(rig: Rig, service: Stand) -> None:
    """Without a worker and with a slow SMTP: an answer within 500 ms, and the mail in `emails`."""
    _require_worker(rig, service)
    service.stop_process(WORKER)
    try:
        took, markers = _fastest_of_three(rig, service)
        waits, strays = waiting(service, QUEUE), waiting(service, DEFAULT_QUEUE)
        seen = {"took": round(took * 1000), "waits": waits, "strays": strays}
        if not waits and not strays:
            _require_celery(rig)
            sent = any(service.mails(marker) for marker in markers)
            slow = took > rig.seconds(ANSWER)
            raise Red("eager" if sent or slow else None, **seen)
        if strays:
            raise Red("default-queue", **seen)
        if took > rig.seconds(ANSWER):
            raise Red(_why_slow(rig, service, markers[0]), count=2, **seen)
    finally:
        service.smtp.open()
        service.start_process(WORKER)


def drains(rig: Rig, service: Stand, marker: str) -> None:
    """What waited in the queue is sent once the worker is back."""
    service.stop_process(WORKER)
    try:
        must_be_accepted(rig, service, Asker(rig, service).contact(marker))
    finally:
        service.start_process(WORKER)
    found = _mails(rig, service, marker)
    # A service may have called its worker more than once meanwhile: it comes to all of that.
    wait_until(lambda: not waiting(service, QUEUE), rig.seconds(WAIT))
    left = waiting(service, QUEUE)
    if len(found) != 1 or left:
        hint = None if found else why_not_sent(service, marker)
        raise Red(hint, count=len(found), left=left, seconds=round(rig.seconds(WAIT)))


def after_commit(rig: Rig, service: Stand) -> None:
    """The worker is told of a row that it can see: Redis answers the web slowly, not the worker."""
    _worker_is_ready(rig, service)
    service.stop_process("web")
    service.start_web()
    service.redis.new_line_delay = min(0.6 * rig.factor, 0.8)
    markers = [rig.marker() for _ in range(3)]
    for marker in markers:
        must_be_accepted(rig, service, Asker(rig, service).contact(marker))
    service.redis.open()
    wait_until(lambda: all(map(service.mails, markers)), rig.seconds(WAIT) / 2)
    missing = [marker for marker in markers if not service.mails(marker)]
    if missing:
        lost = not waiting(service, QUEUE) and all(map(service.tables.holds, missing))
        raise Red("enqueued-before-commit" if lost else None, count=len(missing))


def retries(rig: Rig, service: Stand, marker: str) -> None:
    """451, 451, 250: three attempts and one mail."""
    watched = refuse(rig, service, marker, 451, times=2)
    must_retry_soon(rig, watched)
    wait_until(lambda: len(watched.attempts()) >= 3, rig.seconds(LONGEST))
    sleep(rig.seconds(MOMENT))
    attempts, mails = len(watched.attempts()), len(service.mails(marker))
    if attempts != 3 or mails != 1:
        hint = "miscounts" if attempts == 2 and not mails else None
        raise Red(hint, attempts=attempts, count=attempts, mails=mails)


def gives_up(rig: Rig, service: Stand, marker: str) -> None:
    """Always 451: four attempts, neither more nor fewer."""
    watched = refuse(rig, service, marker, 451, times=0)
    try:
        must_retry_soon(rig, watched)
        wait_until(lambda: len(watched.attempts()) >= ATTEMPTS, rig.seconds(LONGEST))
        wait_until(lambda: len(watched.attempts()) > ATTEMPTS + 1, rig.seconds(MOMENT))
        attempts = len(watched.attempts())
        if attempts != ATTEMPTS:
            # One more is a wrong count; two more, and nobody counts.
            hint = "miscounts" if attempts <= ATTEMPTS + 1 else "retries-for-ever"
            raise Red(hint, count=attempts)
    finally:
        watched.forgive()


def ends_failed(rig: Rig, service: Stand) -> None:
    """After the last attempt, and after 550, the state comes to be `failed`."""
    for code in (451, 550):
        watched = refuse(rig, service, rig.marker(), code, times=0)
        try:
            state = state_of(rig, service, watched, awaited="failed")
            attempts = len(watched.attempts())
        finally:
            watched.forgive()
        if state != "failed" or not 1 <= attempts <= ATTEMPTS:
            raise Red(code=code, seen=state or "?", count=attempts)


def put_twice(rig: Rig, service: Stand, marker: str) -> None:
    """A task that is delivered a second time sends nothing."""
    service.stop_process(WORKER)
    try:
        must_be_accepted(rig, service, Asker(rig, service).contact(marker))
        copy = copy_of_first(service, QUEUE)
    finally:
        service.start_process(WORKER)
    if not _mails(rig, service, marker) or copy is None:
        raise NotApplicable("drains")
    sleep(rig.seconds(MOMENT))
    copy.put()
    wait_until(lambda: not waiting(service, QUEUE), rig.seconds(WAIT))
    sleep(rig.seconds(MOMENT))
    count = len(service.mails(marker))
    if count != 1:
        raise Red("unguarded-task", count=count)


def sent_is_sent(rig: Rig, service: Stand, marker: str) -> None:
    """The database fails right after SMTP's 250: no second, other mail leaves."""
    _worker_is_ready(rig, service)
    begun = monotonic()
    service.smtp.hold_replies()
    try:
        must_be_accepted(rig, service, Asker(rig, service).contact(marker))
        if not wait_until(lambda: service.smtp.visits_since(begun) > 0, rig.seconds(WAIT)):
            raise NotApplicable("drains")
        with service.tables.hidden():
            service.smtp.open()
            _mails(rig, service, marker)
    finally:
        service.smtp.open()
    wait_until(lambda: are_different(service.mails(marker)), rig.seconds(SOON))
    if are_different(service.mails(marker)):
        raise Red("resends-after-sent", count=len(service.mails(marker)))


def five_seconds(rig: Rig) -> None:
    """Nobody says a delay: 5 to 7 s before the second attempt, never less than 5 s."""
    if WORKER not in rig.manifest.processes:
        raise NotApplicable(WORKER)
    marker = rig.marker()
    service = rig.stand(retry_delay="").up()
    watched = refuse(rig, service, marker, 451, times=2, by_contact=True)
    try:
        wait_until(lambda: bool(watched.attempts()), rig.seconds(WAIT))
        wait_until(lambda: len(watched.attempts()) >= 2, rig.seconds(LONGEST + FIRST_GAP))
        if len(watched.attempts()) >= 2:
            wait_until(lambda: len(watched.attempts()) >= 3, 2 * DELAY + rig.seconds(SOON))
    finally:
        watched.forgive()
        service.end()
    gaps = watched.gaps()
    if not gaps:
        raise NotApplicable("retries")
    told = ", ".join(f"{gap:.1f}" for gap in gaps)
    if min(gaps) < DELAY - SLACK:
        raise Red("backoff-overrides-delay", gaps=told)
    if gaps[0] > rig.seconds(FIRST_GAP):
        raise Red(gaps=told)


def contract(rig: Rig) -> None:
    """What it answers is what this stage's contract.yaml declares, whatever is sent."""
    conforms(rig, Path(__file__).parent)


def _require_worker(rig: Rig, service: Stand) -> None:
    """An extra stage that was not begun is not red, unless it is the one being worked on."""
    if WORKER not in service.setting.manifest.processes and rig.current != "08":
        raise NotApplicable(WORKER)


def _require_celery(rig: Rig) -> None:
    """Another way to work a queue off is not seen from here."""
    command = rig.manifest.processes.get(WORKER, ("celery",))
    if not any("celery" in word for word in command):
        raise NotObservable("celery")


def _fastest_of_three(rig: Rig, service: Stand) -> tuple[float, list[str]]:
    """How long the fastest of three answers took while SMTP is slow, and the three markers."""
    must_be_accepted(rig, service, Asker(rig, service).contact(rig.marker()))
    service.smtp.reply_delay = SMTP_PAUSE * rig.factor
    markers = [rig.marker() for _ in range(3)]
    answers = [Asker(rig, service).contact(marker) for marker in markers]
    for answer in answers:
        must_be_accepted(rig, service, answer)
    return min(answer.seconds for answer in answers), markers


def _why_slow(rig: Rig, service: Stand, marker: str) -> str | None:
    """Whether a mail that waits in the queue had left already: then it leaves once more."""
    if not service.mails(marker):
        return None
    service.smtp.open()
    service.start_process(WORKER)
    wait_until(lambda: len(service.mails(marker)) > 1, rig.seconds(WAIT))
    return "double-send" if len(service.mails(marker)) > 1 else None


def _worker_is_ready(rig: Rig, service: Stand) -> None:
    """Wait until the worker has sent something: from then on it listens."""
    marker = rig.marker()
    must_be_accepted(rig, service, Asker(rig, service).contact(marker))
    if not _mails(rig, service, marker):
        raise NotApplicable("drains")


def _mails(rig: Rig, service: Stand, marker: str) -> list[Mail]:
    return wait_for_mails(lambda: service.mails(marker), seconds=rig.seconds(WAIT))
