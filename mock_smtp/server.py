"""One process, one event loop: SMTP and HTTP over the same mailbox."""

import asyncio
import contextlib
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from mock_smtp.doors import bind, port_of
from mock_smtp.errors import StartError
from mock_smtp.inbox import Doors, Inbox
from mock_smtp.lifeline import stop_with_stdin
from mock_smtp.mailbox import Mailbox
from mock_smtp.settings import Settings
from mock_smtp.smtp.listener import listen
from mock_smtp.web.app import create_app


def run(settings: Settings, announce: Callable[[Doors], None]) -> None:
    """Serve until a signal, or the end of the input, stops it; raises StartError if it cannot."""
    with asyncio.Runner(loop_factory=_fast_loop()) as runner:
        runner.run(_until_stopped(settings, announce))


async def _until_stopped(settings: Settings, announce: Callable[[Doors], None]) -> None:
    stop = asyncio.Event()
    _stop_on_signals(stop)
    if settings.stop_with_stdin:
        stop_with_stdin(stop)
    async with serving(settings) as doors:
        announce(doors)
        await stop.wait()


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Doors]:
    """Serve while the block runs; both ports answer when it is entered."""
    smtp_door = bind(settings.host, settings.smtp_port, "--smtp-port")
    http_door = bind(settings.host, settings.http_port, "--http-port")
    doors = Doors(settings.host, port_of(smtp_door), port_of(http_door))
    async with _inbox(settings, doors) as inbox:
        web = _WebServer(_web_config(inbox))
        smtp = await listen(inbox.hooks, smtp_door, settings=settings)
        task = asyncio.create_task(web.serve(sockets=[http_door]))
        try:
            await web.ready.wait()
            yield doors
        finally:
            smtp.close()
            inbox.stopping.set()
            inbox.hooks.hang_up_all()
            web.should_exit = True
            await task


@asynccontextmanager
async def _inbox(settings: Settings, doors: Doors) -> AsyncIterator[Inbox]:
    try:
        mailbox = Mailbox(settings.database, durable=settings.durable)
    except (sqlite3.Error, OSError) as error:
        raise StartError(
            f"The database {settings.database} cannot be opened ({error}); give --database a file"
            " that this inbox may write."
        ) from error
    try:
        yield Inbox.over(mailbox, settings, doors)
    finally:
        await mailbox.close()


class _WebServer(uvicorn.Server):
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


def _web_config(inbox: Inbox) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(inbox),
        lifespan="off",
        ws="websockets-sansio",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=64 * 1024,
    )


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform != "win32":
        with contextlib.suppress(ImportError):
            import uvloop

            return uvloop.new_event_loop
    return None
