"""What an outcome means for its row: the table of service.md 2.2, line by line."""

from uuid import uuid4

import pytest

from email_service.notifications.delivery.policy import Policy
from email_service.notifications.models import Claimed, OpenAttempt, Settlement
from email_service.transports import Delivery, Phase, Reply, Verdict

ANA, BETO, CARLA = "ana@a.example", "beto@b.example", "carla@c.example"
CLAIMED = Claimed(
    pk=1, message_id=uuid4(), sender=BETO, recipients=[ANA], reached=[], refused={}, mime=b"",
    attempt_count=0, attempt_limit=4, protocol_errors=0, request_id="", token=uuid4(),
)  # fmt: skip
OK, LATER, NEVER, LOST = Reply(250), Reply(451, "later"), Reply(550, "never"), Reply(503, "lost")


def settled(
    delivery: Delivery, *, number: int = 1, policy: Policy | None = None, **fields: object
) -> Settlement:
    """What `policy` decides when attempt `number` of a row with four attempts ended so."""
    row = CLAIMED._replace(**fields)
    attempt = OpenAttempt(pk=7, message_id=1, number=number)
    return (policy or Policy()).settlement(row, attempt, delivery, duration_ms=3)


def refusal(reply: Reply, phase: Phase = Phase.DATA) -> Delivery:
    """A hand-over that ended with this reply."""
    return Delivery(verdict=reply.verdict, phase=phase, reply=reply)


def sent(**missed: dict[str, Reply]) -> Delivery:
    """A hand-over that somebody got."""
    return Delivery(verdict=Verdict.SENT, phase=Phase.DOT, reply=OK, **missed)


def uncertain() -> Delivery:
    """A line that broke after the final dot."""
    return Delivery(verdict=Verdict.UNCERTAIN, phase=Phase.DOT, error="dropped")


def test_sent() -> None:
    """A mail that everybody got is sent and has no next attempt."""
    end = settled(sent())
    assert (end.status, end.outcome, end.retry_in, end.reached) == ("sent", "sent", None, [ANA])


@pytest.mark.parametrize("code", [421, 450, 451, 452])
def test_transient_codes_are_retried(code: int) -> None:
    """A 4xx puts the mail off by the delay."""
    end = settled(refusal(Reply(code)))
    assert (end.status, end.outcome, end.retry_in) == ("queued", "transient", 5)


@pytest.mark.parametrize("code", [550, 551, 552, 553, 554, 505, 599])
def test_permanent_codes_end_it(code: int) -> None:
    """A 5xx that speaks of the message ends it at once."""
    end = settled(refusal(Reply(code)))
    assert (end.status, end.outcome, end.retry_in) == ("failed", "permanent", None)


@pytest.mark.parametrize("code", [500, 501, 502, 503, 504])
def test_protocol_codes_get_one_more_try(code: int) -> None:
    """500 to 504 may be a session out of step: once more, then final."""
    first = settled(refusal(Reply(code)))
    again = settled(refusal(Reply(code)), number=2, protocol_errors=first.protocol_errors)
    assert (first.status, again.status) == ("queued", "failed")


def test_budget_of_four_attempts() -> None:
    """The fourth transient failure is the last."""
    ends = [settled(refusal(LATER), number=number).status for number in (1, 2, 3, 4)]
    assert ends == ["queued", "queued", "queued", "failed"]


def test_replay_has_a_budget_of_its_own() -> None:
    """After a replay the numbers go on and four more attempts are allowed."""
    ends = [settled(refusal(LATER), number=n, attempt_limit=8).status for n in (5, 7, 8)]
    assert ends == ["queued", "queued", "failed"]


def test_fixed_delay() -> None:
    """By default every retry waits five seconds."""
    assert [settled(refusal(LATER), number=n).retry_in for n in (1, 2, 3)] == [5, 5, 5]


def test_doubling_delay() -> None:
    """EMAIL_RETRY_BACKOFF=2 waits 5, 10 and 20 seconds, in a replay's budget too."""
    policy = Policy(backoff=2)
    first = [settled(refusal(LATER), number=n, policy=policy).retry_in for n in (1, 2, 3)]
    later = settled(refusal(LATER), number=5, attempt_limit=8, policy=policy).retry_in
    assert (first, later) == ([5, 10, 20], 5)


def test_jitter_only_lengthens() -> None:
    """Jitter never makes a retry come early."""
    policy = Policy(jitter=0.2)
    waits = [settled(refusal(LATER), policy=policy).retry_in for _ in range(200)]
    assert all(5 <= wait <= 6 for wait in waits)
    assert len(set(waits)) > 1


def test_uncertain_is_sent_again() -> None:
    """At least once is the default: a lost 250 means another attempt."""
    assert settled(uncertain()).status == "queued"
    assert settled(uncertain()).outcome == "uncertain"


def test_uncertain_is_held() -> None:
    """EMAIL_UNCERTAIN=hold ends it instead, for a person to decide."""
    end = settled(uncertain(), policy=Policy(hold=True))
    assert (end.status, end.retry_in, end.error.split(":")[0]) == ("failed", None, "uncertain")


def test_one_of_three_refused_for_good() -> None:
    """Two got it, one never will: partially sent, the reply kept, no retry."""
    end = settled(sent(refused={BETO: NEVER}), recipients=[ANA, BETO, CARLA])
    assert (end.status, end.outcome, end.retry_in) == ("partially_sent", "partial", None)
    assert (end.reached, end.refused) == ([ANA, CARLA], {BETO: "550 never"})


def test_one_of_three_put_off() -> None:
    """Two got it, only the third is tried again."""
    end = settled(sent(deferred={BETO: LATER}), recipients=[ANA, BETO, CARLA])
    assert (end.status, end.recipients, end.reached) == ("queued", [BETO], [ANA, CARLA])


def test_the_third_gets_it_later() -> None:
    """When the last one is reached, everybody is: sent."""
    end = settled(sent(), number=2, recipients=[BETO], reached=[ANA, CARLA])
    assert (end.status, end.reached) == ("sent", [ANA, CARLA, BETO])


def test_the_third_never_gets_it() -> None:
    """When the budget of the narrowed mail is spent, the others still have it."""
    end = settled(refusal(LATER, Phase.RCPT), number=4, recipients=[BETO], reached=[ANA])
    assert (end.status, end.refused) == ("partially_sent", {BETO: "451 later"})


def test_whom_it_never_reached_is_the_rows_last_error() -> None:
    """A last attempt that went well does not hide who was refused before it."""
    end = settled(sent(), number=2, recipients=[CARLA], reached=[ANA], refused={BETO: "550 never"})
    assert (end.status, end.error) == ("partially_sent", "")
    assert end.complaint == f"{BETO}: 550 never"


def test_a_silent_failure_has_a_last_error_too() -> None:
    """Rows that ended badly are found by it."""
    mute = Delivery(verdict=Verdict.PERMANENT, phase=Phase.DATA)
    assert settled(mute).complaint
    assert not settled(sent()).complaint


def test_nobody_accepted_but_one_only_not_now() -> None:
    """All refused, one of them for now: that one alone is tried again."""
    nobody = Delivery(
        verdict=Verdict.TRANSIENT, phase=Phase.RCPT, reply=LATER,
        refused={ANA: NEVER}, deferred={BETO: LATER},
    )  # fmt: skip
    end = settled(nobody, recipients=[ANA, BETO])
    assert (end.status, end.recipients, end.refused) == ("queued", [BETO], {ANA: "550 never"})


def test_everybody_refused() -> None:
    """All refused for good: failed, each reply kept."""
    nobody = Delivery(
        verdict=Verdict.PERMANENT, phase=Phase.RCPT, reply=NEVER, refused={ANA: NEVER, BETO: NEVER}
    )
    end = settled(nobody, recipients=[ANA, BETO])
    assert (end.status, set(end.refused)) == ("failed", {ANA, BETO})


def test_a_recipient_refused_out_of_sequence() -> None:
    """A 503 to RCPT may be the session's fault: the recipient gets its one more try."""
    lost = Delivery(verdict=Verdict.PROTOCOL, phase=Phase.RCPT, reply=LOST, refused={ANA: LOST})
    first = settled(lost)
    again = settled(lost, number=2, protocol_errors=first.protocol_errors)
    assert (first.status, first.recipients, again.status) == ("queued", [ANA], "failed")
