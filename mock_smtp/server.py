"""One process, one event loop: SMTP and HTTP over the same mailbox."""

import asyncio
import contextlib
import signal
import socket
import sqlite3
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from mock_smtp.doors import bind, port_of
from mock_smtp.errors import StartError
from mock_smtp.inbox import Doors, Inbox
from mock_smtp.lifeline import stop_with_stdin
from mock_smtp.mailbox import Mailbox
from mock_smtp.settings import Settings
from mock_smtp.smtp.listener import conversations, listen
from mock_smtp.smtp.logins import read_logins
from mock_smtp.smtp.tls import Certificate, given_context, make_certificate
from mock_smtp.store.extraction import extraction
from mock_smtp.store.upkeep import upkeep
from mock_smtp.web.server import serve_web


def run(settings: Settings, announce: Callable[[Doors], None]) -> None:
    """Serve until a signal, or the end of the input, stops it; raises StartError if it cannot."""
    with asyncio.Runner(loop_factory=_fast_loop()) as runner:
        runner.run(_until_stopped(settings, announce))


async def _until_stopped(settings: Settings, announce: Callable[[Doors], None]) -> None:
    stop = asyncio.Event()
    _stop_on_signals(stop)
    if settings.stop_with_stdin:
        stop_with_stdin(stop)
    async with serving(settings) as inbox:
        announce(inbox.doors)
        await stop.wait()


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Inbox]:
    """Serve while the block runs; every port answers when it is entered."""
    smtp_door = bind(settings.host, settings.smtp_port, "--smtp-port")
    http_door = bind(settings.host, settings.http_port, "--http-port")
    smtps_door = _smtps_door(settings)
    logins = read_logins(settings.auth_file)
    async with AsyncExitStack() as stack:
        mailbox = await stack.enter_async_context(_mailbox(settings))
        certificate = await asyncio.to_thread(_certificate, settings, mailbox.folder)
        tls = given_context(*certificate) if certificate else None
        inbox = Inbox.over(
            mailbox,
            settings,
            Doors(
                settings.host,
                port_of(smtp_door),
                port_of(http_door),
                port_of(smtps_door) if smtps_door else None,
                str(certificate.path) if certificate else None,
            ),
        )
        await stack.enter_async_context(upkeep(mailbox, settings))
        await stack.enter_async_context(extraction(mailbox))
        await stack.enter_async_context(serve_web(inbox, http_door))
        begin = conversations(inbox.hooks, settings, logins, tls)
        servers = [await listen(smtp_door, begin)]
        if smtps_door:
            servers.append(await listen(smtps_door, begin, tls=_needed(tls)))
        yield inbox
        for server in servers:
            server.close()
        inbox.stopping.set()
        inbox.hooks.hang_up_all()


@asynccontextmanager
async def _mailbox(settings: Settings) -> AsyncIterator[Mailbox]:
    try:
        mailbox = Mailbox(settings.database, durable=settings.durable)
    except (sqlite3.Error, OSError) as error:
        raise StartError(
            f"The database {settings.database} cannot be opened ({error}); give --database a file"
            " that this inbox may write."
        ) from error
    try:
        yield mailbox
    finally:
        await mailbox.close()


def _smtps_door(settings: Settings) -> "socket.socket | None":
    if settings.smtps_port is None:
        return None
    return bind(settings.host, settings.smtps_port, "--smtps-port")


def _certificate(settings: Settings, folder: Path) -> Certificate | None:
    if not settings.tls:
        return None
    if settings.tls_certificate:
        return Certificate(settings.tls_certificate, settings.tls_key)
    return make_certificate(folder, settings.hostname, settings.host)


def _needed(tls: ssl.SSLContext | None) -> ssl.SSLContext:
    if tls is None:
        raise StartError("--smtps-port needs TLS: leave out --tls=false.")
    return tls


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
