"""Keeping the extractor at work: started by the first news, nudged by more, replaced if dead."""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from mock_smtp.events import Listener, TooSlowError
from mock_smtp.mailbox import Mailbox

_PAUSE = 0.2
_PACKAGE_PARENT = str(Path(__file__).resolve().parents[2])


@asynccontextmanager
async def extraction(mailbox: Mailbox) -> AsyncIterator[None]:
    """Have search text written behind the mail while the block runs."""
    command = [sys.executable, "-m", "mock_smtp.store.extractor", str(mailbox.path)]
    with mailbox.hub.listening() as listener:
        task = asyncio.create_task(_nudge_on_news(command, listener))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _nudge_on_news(command: list[str], listener: Listener) -> None:
    child: Process | None = None
    try:
        while True:
            with contextlib.suppress(TooSlowError):
                await listener.next()
            if child is None or child.returncode is not None:
                child = await _start(command)
            with contextlib.suppress(ConnectionError):
                await _nudge(child)
            # News that comes meanwhile is met by the next nudge: the extractor takes all it finds.
            await asyncio.sleep(_PAUSE)
    finally:
        if child is not None and child.returncode is None:
            child.kill()  # it holds no more than text that is made again
            await child.wait()


async def _nudge(child: Process) -> None:
    if child.stdin is not None:
        child.stdin.write(b"\n")
        await child.stdin.drain()


async def _start(command: list[str]) -> Process:
    known = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([_PACKAGE_PARENT, known] if known else [_PACKAGE_PARENT])
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
