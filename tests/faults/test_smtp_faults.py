"""What an SMTP server does to a mail: rows 9 to 13, 15 and 38, and a server that is away."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import bcrypt
import pytest

from mock_smtp.client import wait_until
from tests.engines.service import ROOT, environment
from tests.faults.conftest import StartStand
from tests.faults.load import Load, fresh, mail
from tests.faults.stand import Stand

ANA, BETO, CARLA = "ana@mail.example", "beto@mail.example", "carla@mail.example"
SLOW = "slow@mail.example"
# The API takes one recipient; the outbox takes more, as a caller inside the service may.
ACCEPT = """
import json, sys
from uuid import UUID
import django
django.setup()
from email_service.notifications.models import Kind
from email_service.notifications.outbox import Submission, accept
from email_service.utils.mailer import compose
message_id, *to = json.loads(sys.argv[1])
composed = compose(message_id=UUID(message_id), to=to, subject="Hola", body="Hola")
submission = Submission(message_id=UUID(message_id), kind=Kind.NOTIFY, content={"to": str(to)})
accept(submission, composed, attempts=4)
"""


@pytest.fixture(scope="module")
def shared(start_stand: StartStand) -> Stand:
    """A service that retries fast and loses patience soon."""
    return start_stand(celery=False, EMAIL_RETRY_DELAY="0.2", EMAIL_TIMEOUT="3")


def test_row_9_greylisting(start_stand: StartStand) -> None:
    """451: three retries at least 5 s apart, then `failed`; replayed, the mail leaves."""
    stand = start_stand(celery=False)
    fault = stand.inbox.add_fault("rcpt", code=451, times=0)
    [message_id] = fresh(1)
    Load(stand).post([message_id])
    wait_until(lambda: stand.rows()[message_id].status == "failed", timeout=60)
    found = status(stand, message_id)
    times = [datetime.fromisoformat(attempt["at"]) for attempt in found["attempts"]]
    assert outcomes(found) == [("transient", 451)] * 4
    assert all(later - earlier >= timedelta(seconds=5) for earlier, later in pairwise(times))
    stand.inbox.remove_fault(fault.id)
    with stand.client() as client:
        assert client.post(f"/api/messages/{message_id}/replay/").status_code == 202
        wait_until(lambda: stand.rows()[message_id].status == "sent", timeout=30)
        assert client.post(f"/api/messages/{message_id}/replay/").status_code == 409
    assert stand.copies()[message_id] == 1


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_row_10_421_closes_the_line(stand: Stand, stage: str) -> None:
    """421 at MAIL, RCPT or DATA: sent by the retry, on a new connection."""
    Load(stand).post(fresh(1))
    wait_until(lambda: not stand.unsettled())
    opened = stand.inbox.stats()["connections_opened"]
    stand.inbox.add_fault(stage, code=421, times=1)
    found = sent(stand, *fresh(1))
    assert outcomes(found) == [("transient", 421), ("sent", 250)]
    assert stand.inbox.stats()["connections_opened"] > opened


def test_row_11_the_line_drops_after_the_dot(stand: Stand) -> None:
    """Uncertain: sent again under the same Message-ID, the copy is there for all to see."""
    stand.inbox.add_fault("after-store", "drop", times=1)
    [message_id] = fresh(1)
    found = sent(stand, message_id)
    assert [outcome for outcome, _ in outcomes(found)] == ["uncertain", "sent"]
    assert stand.copies() == {message_id: 2}


def test_row_11_held_by_choice(start_stand: StartStand) -> None:
    """EMAIL_UNCERTAIN=hold: it is not repeated, and ends `failed` for a person to decide."""
    stand = start_stand(celery=False, EMAIL_UNCERTAIN="hold")
    stand.inbox.add_fault("after-store", "drop", times=1)
    [message_id] = fresh(1)
    Load(stand).post([message_id])
    wait_until(lambda: stand.rows()[message_id].status == "failed")
    assert stand.rows()[message_id].last_error.startswith("uncertain")
    assert stand.copies()[message_id] == 1


def test_row_12_one_of_three_refused(stand: Stand) -> None:
    """550 for one of three: partially sent, the refusal is told, nothing is tried again."""
    stand.inbox.add_fault("rcpt", code=550, times=0, match={"to": BETO})
    found = accepted_for(stand, ANA, BETO, CARLA)
    assert found["status"] == "partially_sent"
    assert found["refused"][BETO].startswith("550")
    assert (len(found["attempts"]), len(stand.inbox.messages())) == (1, 1)


def test_row_13_one_of_three_put_off(stand: Stand) -> None:
    """451 for one of three: two got it once, the third is tried again alone."""
    stand.inbox.add_fault("rcpt", code=451, times=1, match={"to": BETO})
    found = accepted_for(stand, ANA, BETO, CARLA)
    assert (found["status"], found["refused"], len(found["attempts"])) == ("sent", {}, 2)
    assert outcomes(found) == [("partial", 250), ("sent", 250)]
    retry, first = stand.inbox.messages()
    assert (asked_for(stand, first), asked_for(stand, retry)) == ([ANA, BETO, CARLA], [BETO])


def test_row_15_a_server_that_reads_slowly(stand: Stand) -> None:
    """One mail takes longer than a lease: it is sent once, and the others do not wait for it."""
    stand.inbox.add_fault("data", "throttle", seconds=0.04, times=1, match={"to": SLOW})
    [slow], others = fresh(1), fresh(40)
    with stand.client() as client:
        assert client.post("/api/notify/", json=mail(slow, SLOW)).status_code == 202
    wait_until(lambda: stand.rows()[slow].status == "sending")
    Load(stand).post(others)
    wait_until(lambda: set(stand.copies()) == set(others))
    assert stand.rows()[slow].status == "sending"
    wait_until(lambda: stand.rows()[slow].status == "sent", timeout=60)
    found = status(stand, slow)
    assert outcomes(found) == [("sent", 250)]
    assert stand.copies() == dict.fromkeys([slow, *others], 1)


def test_row_38_a_wrong_password(start_stand: StartStand, tmp_path: Path) -> None:
    """It burns no mail: they wait, it is logged as an error, and leave once it is corrected."""
    known = tmp_path / "passwords"
    known.write_text(f"service:{bcrypt.hashpw(b'right', bcrypt.gensalt(4)).decode()}\n")
    stand = start_stand(
        celery=False,
        inbox_options=["--auth-file", str(known), "--auth-required"],
        EMAIL_HOST_USER="service",
        EMAIL_HOST_PASSWORD="wrong",
    )
    ids = fresh(10)
    Load(stand).post(ids)
    wait_until(lambda: len(outages(stand)) >= 3, timeout=60)
    assert {(event["smtp_phase"], event["smtp_code"]) for event in outages(stand)} == {
        ("auth", 535)
    }
    assert {event["level"] for event in outages(stand)} == {"error"}
    assert {(row.status, row.attempts) for row in stand.rows().values()} == {("queued", 0)}
    dispatcher = stand.parts["dispatcher"]
    dispatcher.kill()
    dispatcher.environ = {**(dispatcher.environ or {}), "EMAIL_HOST_PASSWORD": "right"}
    dispatcher.start()
    wait_until(lambda: not stand.unsettled(), timeout=60)
    assert stand.copies() == dict.fromkeys(ids, 1)


def test_a_server_that_is_away(stand: Stand) -> None:
    """With the server away 200 posts are accepted; when it is back each mail arrives once."""
    stand.cut("inbox")
    Load(stand).post(ids := fresh(200))
    assert stand.copies() == {}
    stand.mend("inbox")
    wait_until(lambda: not stand.unsettled(), timeout=60)
    assert stand.copies() == dict.fromkeys(ids, 1)


def sent(stand: Stand, message_id: str) -> dict[str, Any]:
    """Post this mail; what the service says of it once it is sent."""
    Load(stand).post([message_id])
    wait_until(lambda: stand.rows()[message_id].status == "sent", timeout=30)
    return status(stand, message_id)


def accepted_for(stand: Stand, *to: str) -> dict[str, Any]:
    """Accept one mail for several recipients; what the service says of it once it is settled."""
    [message_id] = fresh(1)
    run = [sys.executable, "-c", ACCEPT, json.dumps([message_id, *to])]
    settings = {"DJANGO_SETTINGS_MODULE": "email_service.settings", "PYTHONPATH": str(ROOT)}
    subprocess.run(run, env=environment(stand.cluster.url, **settings), cwd=ROOT, check=True)
    wait_until(lambda: not stand.unsettled(), timeout=30)
    return status(stand, message_id)


def status(stand: Stand, message_id: str) -> dict[str, Any]:
    """What the service says of a message."""
    with stand.client() as client:
        found: dict[str, Any] = client.get(f"/api/messages/{UUID(message_id)}").json()
        return found


def outcomes(found: dict[str, Any]) -> list[tuple[str, int | None]]:
    """Outcome and code of each attempt."""
    return [(attempt["outcome"], attempt["smtp_code"]) for attempt in found["attempts"]]


def asked_for(stand: Stand, caught: dict[str, Any]) -> list[str]:
    """The recipients named in the conversation that brought a mail."""
    lines = [line["text"] for line in stand.inbox.transcript(caught["ID"])["lines"]]
    named = [line for line in lines if line.upper().startswith("RCPT TO")]
    return [line.partition("<")[2].partition(">")[0] for line in named]


def outages(stand: Stand) -> list[dict[str, Any]]:
    """The outages that the dispatcher logged."""
    lines = [line for line in stand.logs("dispatcher").splitlines() if line.startswith("{")]
    return [event for event in map(json.loads, lines) if event["event"] == "outage"]
