"""What is done from time to time: old mail is let go, the write-ahead log is folded back."""

import asyncio
import contextlib
import logging
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mock_smtp.mailbox import Mailbox
from mock_smtp.settings import Settings
from mock_smtp.store import questions
from mock_smtp.store.query import Condition

log = logging.getLogger(__name__)

_EVERY_SECONDS = 5.0
_WARN_AT = 1024**3


@asynccontextmanager
async def upkeep(mailbox: Mailbox, settings: Settings) -> AsyncIterator[None]:
    """Keep the store in shape while the block runs."""
    task = asyncio.create_task(_forever(mailbox, settings))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _forever(mailbox: Mailbox, settings: Settings) -> None:
    warned = False
    while True:
        try:
            await let_go(mailbox, settings)
            await asyncio.to_thread(mailbox.fold)
            large = await mailbox.ask(questions.database_size) > _WARN_AT
        except sqlite3.Error as error:
            # The next round may succeed; meanwhile clients are told 451 by whoever serves them.
            log.warning("The store cannot be kept in shape: %s", error)
            large = False
        if large and not warned:
            log.warning("The mail takes more than 1 GiB; --keep-count or --keep-hours limits it.")
            warned = True
        await asyncio.sleep(_EVERY_SECONDS)


async def let_go(mailbox: Mailbox, settings: Settings) -> None:
    """Delete the mails that are beyond the limits of number and age."""
    for condition in _limits(settings):
        old = await mailbox.matching(condition)
        if old:
            await mailbox.forget(old)


def _limits(settings: Settings) -> list[Condition]:
    limits: list[Condition] = []
    if settings.keep_count:
        newest = "SELECT id FROM mail ORDER BY id DESC LIMIT ?"
        limits.append(Condition(f"id NOT IN ({newest})", (settings.keep_count,)))
    if settings.keep_hours:
        moment = time.time() - settings.keep_hours * 3600
        limits.append(Condition("received < ?", (int(moment * 1000),)))
    return limits
