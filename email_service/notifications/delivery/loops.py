"""The event loop that deliveries run in: uvloop's where it is installed, not on Windows."""

import asyncio
from collections.abc import Callable, Coroutine
from importlib.util import find_spec
from typing import Any

from email_service.utils.threads import take_short_turns


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` to its end in a loop of its own."""
    with new_runner() as runner:
        runner.run(work)


def new_runner() -> asyncio.Runner:
    """A loop that runs one work after another in the thread that made it; close it at the end."""
    # Beside the loop, clerks wait for the interpreter with what the database answered.
    take_short_turns()
    return asyncio.Runner(loop_factory=_factory())


def _factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Who makes the loop; None for asyncio itself."""
    if find_spec("uvloop") is None:
        return None
    # Imported late: it does not exist for every system.
    import uvloop

    return uvloop.new_event_loop
