"""Rows are claimed before the last ones are gone, as long as many are due."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from email_service.notifications.delivery.intake import Intake

LANES = 2
FULL = 8
"""How many rows two lanes claim at once."""


class Claims:
    """Stands for leases: `due` rows, which are numbers, and how many were asked for each time."""

    def __init__(self, due: int) -> None:
        self.rows = list(range(due))
        self.asked = 0
        self.released: list[int] = []

    async def claim(self, limit: int, **_options: bool) -> list[int]:
        """The next rows, after a moment."""
        self.asked += 1
        await asyncio.sleep(0)
        claimed, self.rows = self.rows[:limit], self.rows[limit:]
        return claimed

    async def release(self, rows: list[int]) -> None:
        """Rows that nobody took."""
        self.released += rows


def fed(claims: Claims, tasks: list[Coroutine[Any, Any, None]], **options: bool) -> Intake:
    """An intake for two lanes; what it wants to do meanwhile is kept in `tasks`."""
    return Intake(claims, LANES, surplus=lambda _: None, spawn=tasks.append, **options)


def test_the_next_rows_are_claimed_in_time() -> None:
    """Half of them are left when the next are asked for; every row comes once, in order."""

    async def empty() -> None:
        claims, tasks = Claims(2 * FULL), []
        intake = fed(claims, tasks)
        taken = [await intake.next()]
        while not tasks:
            taken.append(intake.at_hand())
        assert len(taken) == FULL // 2
        await tasks.pop()
        assert claims.asked == 2
        while row := intake.at_hand():
            taken.append(row)
        assert taken == list(range(2 * FULL))
        await tasks.pop()

    asyncio.run(empty())


def test_a_queue_that_runs_dry_is_not_asked_all_the_time() -> None:
    """A claim that was not full is the last, until a lane finds nothing."""

    async def empty() -> None:
        claims, tasks = Claims(FULL - 1), []
        intake = fed(claims, tasks)
        await intake.next()
        while intake.at_hand() is not None:
            pass
        assert (claims.asked, tasks) == (1, [])

    asyncio.run(empty())


def test_an_empty_queue_is_asked_once_for_all() -> None:
    """Lanes that want a row at the same moment are told together that there is none."""

    async def ask() -> None:
        claims = Claims(0)
        intake = fed(claims, [])
        assert await asyncio.gather(*[intake.next() for _ in range(5)]) == [None] * 5
        assert claims.asked == 1
        assert await intake.next() is None
        assert claims.asked == 2

    asyncio.run(ask())


def test_a_mail_that_goes_alone_brings_no_other() -> None:
    """One row at a time, and none while it is sent."""

    async def empty() -> None:
        claims, tasks = Claims(3), []
        intake = fed(claims, tasks, alone=True)
        assert await intake.next() == 0
        assert (intake.spare(), claims.asked, tasks) == (None, 1, [])

    asyncio.run(empty())


def test_a_spare_row_is_one_that_no_lane_waits_for() -> None:
    """With fewer rows than lanes want next, nobody chooses early."""

    async def empty() -> None:
        intake = fed(Claims(4), [])
        await intake.next()
        assert [intake.spare(), intake.spare()] == [1, None]

    asyncio.run(empty())


def test_rows_that_come_after_a_stop_are_given_back() -> None:
    """A claim under way when it is time to stop holds nothing up."""

    async def empty() -> None:
        claims, tasks = Claims(2 * FULL), []
        intake = fed(claims, tasks)
        await intake.next()
        while not tasks:
            intake.at_hand()
        intake.halt()
        await tasks.pop()
        assert intake.at_hand() is None
        await intake.give_back()
        assert claims.released == list(range(FULL // 2, 2 * FULL))

    asyncio.run(empty())
