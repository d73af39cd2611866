"""Lines to a server and replies from it, each with a limit in time and size."""

import asyncio
import ssl
from collections.abc import Iterable

from email_service.transports.outcomes import Reply
from email_service.transports.smtp.incoming import Incoming


class Broken(Exception):
    """The line is dead or no longer makes sense: abandon the connection."""


def encoded(lines: Iterable[str]) -> bytes:
    """Commands as bytes. Raises ValueError if one is beyond ASCII or would smuggle in another."""
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a line break inside an SMTP command")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


class Wire:
    """One TCP connection that speaks in SMTP lines; `timeout` bounds each whole reply."""

    def __init__(self, transport: asyncio.Transport, incoming: Incoming, timeout: float) -> None:
        self._transport = transport
        self._incoming = incoming
        self._timeout = timeout

    @classmethod
    async def dial(cls, host: str, port: int, seconds: float, tls: ssl.SSLContext | None) -> "Wire":
        """Connect. Raises OSError (TimeoutError among them) when nobody answers."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(seconds):
            transport, incoming = await loop.create_connection(Incoming, host, port, ssl=tls)
        return cls(transport, incoming, seconds)

    @property
    def dead(self) -> bool:
        """Whether the other side is known to have gone."""
        return self._incoming.ended or self._transport.is_closing()

    def write(self, content: bytes) -> None:
        """Put bytes on their way."""
        self._transport.write(content)

    async def flush(self) -> None:
        """Wait until the bytes written have left, at most `timeout` for a stuck peer.

        Raises Broken when the line is known to be dead.
        """
        until = asyncio.get_running_loop().time() + self._timeout
        while self._incoming.stuck:
            await self._incoming.change(until)
        if self.dead:
            raise Broken("the server dropped the line")

    def say(self, line: str) -> None:
        """Write one command. Raises ValueError as `encoded` does, nothing written."""
        self._transport.write(encoded([line]))

    async def ask(self, line: str) -> Reply:
        """Write one command and read its reply."""
        self.say(line)
        return await self.reply()

    async def reply(self, seconds: float | None = None) -> Reply:
        """Read one reply, of one or more lines.

        Raises TimeoutError when it is not whole in time, Broken when the line was dropped or
        what came is no SMTP reply.
        """
        # Replies to pipelined commands come together: no clock for those that are here.
        lines = self._incoming.reply() or await self._next_reply(seconds or self._timeout)
        texts = [_text(line) for line in lines]
        return Reply(
            int(texts[-1][:3]), " ".join(filter(None, (t[4:].strip() for t in texts)))[:500]
        )

    async def _next_reply(self, seconds: float) -> list[bytes]:
        """The lines of the next reply that arrives."""
        until = asyncio.get_running_loop().time() + seconds
        while not (lines := self._incoming.reply()):
            if self._incoming.too_long:
                raise Broken("a reply without end")
            if self._incoming.ended:
                raise Broken("the server dropped the line")
            await self._incoming.change(until)
        return lines

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Go on under TLS. Raises OSError (ssl.SSLError among them) when that fails."""
        if self._incoming.waits:
            # Said in the clear, perhaps by somebody in between, to be believed under TLS.
            raise OSError("the server said more before TLS than it was asked")
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._timeout):
            begun = await loop.start_tls(
                self._transport, self._incoming, context, server_hostname=host
            )
        if begun is None:
            raise OSError("the server dropped the line")
        self._transport = begun

    def abort(self) -> None:
        """Drop the line now, whatever is on it."""
        self._transport.abort()


def _text(line: bytes) -> str:
    """One line of a reply, known to begin with a code."""
    text = line.decode("utf-8", "replace").rstrip("\r\n")
    if not (text[:3].isascii() and text[:3].isdigit()):
        raise Broken(f"no SMTP reply: {text[:60]!r}")
    return text
