"""`/api/events`: Mailpit's stream of news over a WebSocket."""

import asyncio
import contextlib
import json
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from mock_smtp import __version__
from mock_smtp.api.requests import inbox_of
from mock_smtp.api.v1.shapes import summary_json
from mock_smtp.api.v2.shapes import attempt_json
from mock_smtp.events import Event, Listener, TooSlowError
from mock_smtp.inbox import Inbox
from mock_smtp.store import questions
from mock_smtp.store.attempts import KeptAttempt
from mock_smtp.store.rows import Summary

_STATS_EVERY = 0.25


async def events(socket: WebSocket) -> None:
    """Tell a browser what happens until it leaves, falls behind, or the inbox stops.

    Beside Mailpit's events there is `attempt`: a mail that was not accepted, as in `/api/v2`.
    """
    inbox = inbox_of(socket)
    await socket.accept()
    with inbox.mailbox.hub.listening() as listener:
        tasks = [
            asyncio.ensure_future(_tell(socket, inbox, listener)),
            asyncio.ensure_future(_until_left(socket)),
            asyncio.ensure_future(inbox.stopping.wait()),
        ]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        await socket.close()


async def _tell(socket: WebSocket, inbox: Inbox, listener: Listener) -> None:
    with contextlib.suppress(TooSlowError, WebSocketDisconnect, RuntimeError):
        await _send(socket, Event("stats", await _stats(inbox)))
        clock = asyncio.get_running_loop()
        due, pending = clock.time() + _STATS_EVERY, False
        while True:
            event = await _next(listener, due - clock.time() if pending else None)
            if event is not None and event.type != "stats":
                await _send(socket, event)
                continue
            pending = True
            if clock.time() >= due:
                await _send(socket, Event("stats", await _stats(inbox)))
                due, pending = clock.time() + _STATS_EVERY, False


async def _next(listener: Listener, patience: float | None) -> Event | None:
    """The next event, or None once the patience is over."""
    try:
        return await asyncio.wait_for(listener.next(), patience)
    except TimeoutError:
        return None


async def _until_left(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def _stats(inbox: Inbox) -> dict[str, Any]:
    totals = await inbox.mailbox.ask(questions.totals)
    return {"Total": totals.total, "Unread": totals.unread, "Version": __version__}


async def _send(socket: WebSocket, event: Event) -> None:
    await socket.send_text(json.dumps({"Type": event.type, "Data": _shown(event.content)}))


def _shown(content: Any) -> Any:
    if isinstance(content, Summary):
        return summary_json(content)
    return attempt_json(content) if isinstance(content, KeptAttempt) else content
