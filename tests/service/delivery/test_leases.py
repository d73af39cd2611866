"""Who holds a row may change it: claims, renewal, fencing and the rescue of the abandoned."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from uuid import uuid4

import pytest
from django.db import connection

from email_service.notifications.delivery.clerk import Clerk
from email_service.notifications.delivery.leases import LeaseLost, Leases
from email_service.notifications.models import (
    Claimed,
    NotificationLog,
    Outcome,
    Settlement,
    Status,
    rescue,
    turn,
)
from email_service.notifications.models.clock import after
from tests.service.delivery.conftest import Deliver, Queue, outcomes, row

LEASE = 15


def claim(limit: int = 10, **options: bool) -> list[Claimed]:
    """What a claimer gets now."""
    return NotificationLog.objects.claim(limit, LEASE, **options)


def taken(queue: Queue) -> Claimed:
    """A row that a connection has taken."""
    queue()
    [held] = claim()
    turn([], [held])
    return held


def abandon() -> None:
    """Let every lease lapse, as after a kill."""
    NotificationLog.objects.update(lease_until=after(-1))


def settlement(held: Claimed, attempt: int) -> Settlement:
    """A success of this row's attempt."""
    return Settlement(
        row=held.pk, token=held.token, attempt=attempt,
        outcome=Outcome.SENT, phase="dot", status=Status.SENT,
    )  # fmt: skip


def test_a_claimed_row_is_nobody_elses(queue: Queue) -> None:
    """Of two claims the second gets what the first left."""
    for _ in range(3):
        queue()
    assert [len(claim(2)), len(claim(2)), len(claim(2))] == [2, 1, 0]


def test_a_claim_is_no_attempt(queue: Queue) -> None:
    """Claiming writes no attempt: a kill of the claimer costs a waiting mail nothing."""
    message_id = queue()
    claim()
    assert (row(message_id).status, row(message_id).attempt_count) == ("queued", 0)


def test_oldest_first(queue: Queue) -> None:
    """Rows are handed out in the order in which they became due."""
    ids = [queue() for _ in range(4)]
    assert [held.message_id for held in claim(4)] == ids


def test_not_before_its_time(queue: Queue) -> None:
    """A row put off is not due."""
    queue()
    NotificationLog.objects.update(next_attempt_at=after(30))
    assert claim() == []


def test_claimers_at_once(queue: Queue) -> None:
    """Eight claimers at once share the rows without giving one out twice."""
    for _ in range(40):
        queue()

    def claim_all() -> list[int]:
        found: list[int] = []
        while rows := claim(3):
            found += [held.pk for held in rows]
        connection.close()
        return found

    with ThreadPoolExecutor(8) as threads:
        shares = list(threads.map(lambda _: claim_all(), range(8)))
    everything = NotificationLog.objects.values_list("pk", flat=True)
    assert sorted(chain.from_iterable(shares)) == sorted(everything)


def test_an_unstarted_claim_lapses(queue: Queue) -> None:
    """A claimed row that was never taken is due again when its lease ends, and not alone."""
    queue()
    claim()
    abandon()
    assert len(claim()) == 1


def test_giving_back(queue: Queue) -> None:
    """A released row is due at once."""
    queue()
    [held] = claim()
    NotificationLog.objects.release([held.pk], held.token)
    assert len(claim()) == 1


def test_renewal_keeps_a_row(queue: Queue) -> None:
    """A lease that is renewed does not lapse, even if the renewal comes late."""
    queue()
    [held] = claim()
    abandon()
    held_still = NotificationLog.objects.renew([(held.pk, held.token)], LEASE)
    assert held_still == {(held.pk, held.token)}
    assert claim() == []


def test_a_dead_senders_mail_is_rescued(queue: Queue) -> None:
    """Its attempt is closed as interrupted and counts; the row is due again."""
    held = taken(queue)
    abandon()
    assert [found.pk for found in rescue()] == [held.pk]
    assert outcomes(held.message_id) == [(1, "interrupted", None)]
    assert row(held.message_id).status == "queued"


def test_a_living_senders_mail_is_left_alone(queue: Queue) -> None:
    """Nothing is rescued while the lease runs."""
    taken(queue)
    assert rescue() == []


def test_a_rescued_mail_is_retaken_alone(queue: Queue) -> None:
    """It is not claimed among others: should it kill its sender again, it goes alone."""
    held = taken(queue)
    abandon()
    rescue()
    queue()
    assert held.pk not in [found.pk for found in claim()]
    assert [found.pk for found in claim(alone=True)] == [held.pk]


def test_a_mail_that_kills_its_senders_ends(queue: Queue) -> None:
    """After its budget of killed senders it fails, instead of killing for ever."""
    held = taken(queue)
    NotificationLog.objects.update(attempt_count=4)
    abandon()
    rescue()
    assert row(held.message_id).status == "failed"


def test_rescued_mails_are_delivered(queue: Queue, deliver: Deliver) -> None:
    """A rescued mail leaves like any other."""
    held = taken(queue)
    abandon()
    rescue()
    deliver()
    assert [outcome for _, outcome, _ in outcomes(held.message_id)] == ["interrupted", "sent"]


def test_a_lost_lease_settles_nothing(queue: Queue) -> None:
    """Who lost the lease overwrites nothing: the row belongs to its new holder."""
    held = taken(queue)
    attempt = row(held.message_id).attempts.get().pk
    NotificationLog.objects.update(lease_token=uuid4())
    turn([settlement(held, attempt)], [])
    assert row(held.message_id).status == "sending"
    assert outcomes(held.message_id) == [(1, "taken", None)]


def test_a_lost_lease_takes_nothing(queue: Queue) -> None:
    """A row that changed hands while it waited is not taken."""
    queue()
    [held] = claim()
    NotificationLog.objects.update(lease_token=uuid4())
    assert turn([], [held]) == {}


def test_settle_and_take_in_one_transaction(queue: Queue) -> None:
    """The last mail's end and the next one's attempt are written together."""
    first = taken(queue)
    second_id = queue()
    [second] = claim()
    attempt = row(first.message_id).attempts.get().pk
    made = turn([settlement(first, attempt)], [second])
    assert (row(first.message_id).status, row(second_id).status) == ("sent", "sending")
    assert list(made) == [second.pk]


@pytest.mark.parametrize("plain", [True, False])
def test_a_turn_said_twice(queue: Queue, plain: bool) -> None:
    """After a commit whose answer was lost it is said again: one attempt, and the same one."""
    first, second_id = taken(queue), queue()
    [second] = claim()
    attempt = row(first.message_id).attempts.get().pk
    ended = settlement(first, attempt)
    if not plain:
        ended = ended._replace(outcome=Outcome.PERMANENT, status=Status.FAILED, error="550 no")
    once, again = turn([ended], [second]), turn([ended], [second])
    assert list(once) == [second.pk]
    assert once == again
    assert outcomes(second_id) == [(1, "taken", None)]
    assert (row(second_id).attempt_count, len(outcomes(first.message_id))) == (1, 1)


def test_renewal_tells_what_was_lost(queue: Queue) -> None:
    """Of two rows, the one that changed hands is not held, and keeps its new holder's lease."""
    queue(), queue()
    kept, lost = claim()
    NotificationLog.objects.filter(pk=lost.pk).update(lease_token=uuid4(), lease_until=after(-1))
    both = [(one.pk, one.token) for one in (kept, lost)]
    assert NotificationLog.objects.renew(both, LEASE) == {(kept.pk, kept.token)}
    assert [found.pk for found in claim()] == [lost.pk]


@pytest.mark.parametrize(("seconds", "lost"), [(60.0, False), (0.0, True)])
def test_the_guard_before_the_final_dot(queue: Queue, seconds: float, lost: bool) -> None:
    """Too long after the last renewal the guard forbids to go on, without asking the database."""
    queue()

    async def look(leases: Leases) -> bool:
        [held] = await leases.claim(1)
        return forbidden(leases, held)

    assert asyncio.run(with_leases(seconds, look)) is lost


def test_the_guard_after_somebody_took_the_row(queue: Queue) -> None:
    """A renewal that comes too late, as after a cut, does not make the row ours again."""
    queue()

    async def lose(leases: Leases) -> bool:
        [held] = await leases.claim(1)
        await asyncio.to_thread(give_away)
        await leases.renew()
        return forbidden(leases, held)

    assert asyncio.run(with_leases(60, lose)) is True


def give_away() -> None:
    """Let another sender hold every row."""
    NotificationLog.objects.update(lease_token=uuid4())
    connection.close()


def forbidden(leases: Leases, held: Claimed) -> bool:
    """Whether the guard lets this mail not leave."""
    try:
        leases.guard(held)()
    except LeaseLost:
        return True
    return False


async def with_leases(seconds: float, use: Callable[[Leases], Awaitable[bool]]) -> bool:
    """What `use` finds out with leases that last so long."""
    clerk = Clerk()
    try:
        return await use(Leases(clerk, seconds))
    finally:
        await clerk.close()
