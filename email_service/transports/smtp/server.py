"""An SMTP server to send through, and how a session with it is opened."""

import base64
import socket
import ssl
from dataclasses import dataclass

from email_service.transports.base import Connection, Transport
from email_service.transports.outcomes import Outage, Phase, Reply
from email_service.transports.smtp.connection import SMTPConnection
from email_service.transports.smtp.wire import Broken, Wire


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where and how. Seconds: `timeout` for each step, `reply_timeout` for the reply to the
    final dot (RFC 5321 4.5.3.2.6 allows ten minutes: giving up early makes duplicates),
    `deadline` for one mail from MAIL to that reply."""

    host: str
    port: int
    username: str = ""
    password: str = ""
    starttls: bool = False
    implicit_tls: bool = False
    timeout: float = 10
    reply_timeout: float = 60
    deadline: float = 90


class SMTPTransport(Transport):
    """Opens sessions with one server."""

    name = "smtp"

    def __init__(self, server: Server) -> None:
        self._server = server

    async def connect(self) -> Connection:
        """A whole session up to AUTH. Whatever fails on the way, by whatever code, is an Outage."""
        server = self._server
        wire = await _dial(server)
        try:
            features = await _open(wire, server)
        except BaseException:
            wire.abort()
            raise
        return SMTPConnection(
            wire, features, reply_timeout=server.reply_timeout, deadline=server.deadline
        )


async def _dial(server: Server) -> Wire:
    """The bare connection, or the outage that says why there is none."""
    tls = ssl.create_default_context() if server.implicit_tls else None
    try:
        return await Wire.dial(server.host, server.port, server.timeout, tls)
    except ssl.SSLError as error:
        raise Outage(Phase.TLS, str(error)) from error
    except OSError as error:
        reason = str(error) or f"no answer within {server.timeout:g} s"
        raise Outage(Phase.CONNECT, reason) from error


async def _open(wire: Wire, server: Server) -> frozenset[str]:
    """Greeting, EHLO, TLS and AUTH; the extensions that the server offers."""
    _want(Phase.CONNECT, await _hear(Phase.CONNECT, wire, None), 220)
    features = await _ehlo(wire)
    if server.starttls:
        await _start_tls(wire, server, features)
        features = await _ehlo(wire)
    if server.username:
        await _log_in(wire, server, features)
    return features


async def _hear(phase: Phase, wire: Wire, line: str | None) -> Reply:
    """The reply to `line` (or the greeting), a broken line turned into an outage."""
    try:
        return await (wire.reply() if line is None else wire.ask(line))
    except TimeoutError as error:
        raise Outage(phase, "no reply in time") from error
    except (Broken, OSError) as error:
        raise Outage(phase, str(error)) from error


def _want(phase: Phase, reply: Reply, code: int) -> None:
    """Raise Outage unless the reply has this code."""
    if reply.code != code:
        raise Outage(phase, str(reply), reply.code)


async def _ehlo(wire: Wire) -> frozenset[str]:
    """The extensions offered, upper case; none from a server that only knows HELO."""
    reply = await _hear(Phase.HELO, wire, f"EHLO {_own_name()}")
    if reply.code == 250:
        return frozenset(reply.text.upper().split())
    if reply.verdict != "protocol":
        raise Outage(Phase.HELO, str(reply), reply.code)
    _want(Phase.HELO, await _hear(Phase.HELO, wire, f"HELO {_own_name()}"), 250)
    return frozenset()


def _own_name() -> str:
    """This host's name, never looked up: a reverse look-up can take seconds."""
    name = socket.gethostname()
    return name if name.isascii() and name else "[127.0.0.1]"


async def _start_tls(wire: Wire, server: Server, features: frozenset[str]) -> None:
    """Turn the session to TLS."""
    if "STARTTLS" not in features:
        raise Outage(Phase.TLS, "the server offers no STARTTLS (EMAIL_USE_TLS asks for it)")
    _want(Phase.TLS, await _hear(Phase.TLS, wire, "STARTTLS"), 220)
    try:
        await wire.start_tls(ssl.create_default_context(), server.host)
    except OSError as error:
        raise Outage(Phase.TLS, str(error) or "no TLS in time") from error


async def _log_in(wire: Wire, server: Server, features: frozenset[str]) -> None:
    """AUTH PLAIN, or LOGIN where only that is offered (RFC 4954)."""
    if "AUTH" not in features:
        raise Outage(Phase.AUTH, "the server offers no AUTH (EMAIL_HOST_USER asks for it)")
    if "PLAIN" in features:
        secret = _base64(f"\0{server.username}\0{server.password}")
        reply = await _hear(Phase.AUTH, wire, f"AUTH PLAIN {secret}")
    else:
        _want(Phase.AUTH, await _hear(Phase.AUTH, wire, "AUTH LOGIN"), 334)
        _want(Phase.AUTH, await _hear(Phase.AUTH, wire, _base64(server.username)), 334)
        reply = await _hear(Phase.AUTH, wire, _base64(server.password))
    _want(Phase.AUTH, reply, 235)


def _base64(text: str) -> str:
    """Base64 of the text's UTF-8."""
    return base64.b64encode(text.encode()).decode()
