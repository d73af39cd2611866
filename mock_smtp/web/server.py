"""Serving the web application on a bound socket, inside a loop that is already running."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from mock_smtp.inbox import Inbox
from mock_smtp.web.app import create_app


@asynccontextmanager
async def serve_web(inbox: Inbox, door: socket.socket) -> AsyncIterator[None]:
    """Answer HTTP while the block runs."""
    server = _Server(_config(inbox))
    task = asyncio.create_task(server.serve(sockets=[door]))
    await server.ready.wait()
    try:
        yield
    finally:
        server.should_exit = True
        await task


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to us: uvicorn would end the process by the signal itself."""
        yield


def _config(inbox: Inbox) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(inbox),
        lifespan="off",
        ws="websockets-sansio",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        ws_max_size=4096,  # nothing is read from a client
        h11_max_incomplete_event_size=64 * 1024,
    )
