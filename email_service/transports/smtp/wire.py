"""Lines to a server and replies from it, each with a limit in time and size."""

import asyncio
import ssl
from collections.abc import Sequence
from functools import lru_cache
from math import inf

from email_service.transports.outcomes import Reply, printable
from email_service.transports.smtp.incoming import Incoming


class Broken(Exception):
    """The line is dead or no longer makes sense: abandon the connection."""


def encoded(lines: Sequence[str]) -> bytes:
    """Commands as bytes. Raises ValueError if one is beyond ASCII or would smuggle in another."""
    words = "".join(lines)
    if "\r" in words or "\n" in words:
        raise ValueError("a line break inside an SMTP command")
    return "\r\n".join([*lines, ""]).encode("ascii")


class Wire:
    """One TCP connection that speaks in SMTP lines; `timeout` bounds each whole reply.

    So does `ends_at`, a moment of the loop's clock, if one is set.
    """

    def __init__(self, transport: asyncio.Transport, incoming: Incoming, timeout: float) -> None:
        self._transport = transport
        self._incoming = incoming
        self._timeout = timeout
        self.ends_at = inf

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
        if self._incoming.stuck:
            until = self._end_of(self._timeout)
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
        return _read(self._incoming.reply() or await self._next_reply(seconds or self._timeout))

    async def _next_reply(self, seconds: float) -> bytes:
        """The next reply that arrives."""
        until = self._end_of(seconds)
        while not (reply := self._incoming.reply()):
            if self._incoming.too_long:
                raise Broken("a reply without end")
            if self._incoming.ended:
                raise Broken("the server dropped the line")
            await self._incoming.change(until)
        return reply

    def _end_of(self, seconds: float) -> float:
        """When a step that may take so long has to be over, by the loop's clock."""
        return min(asyncio.get_running_loop().time() + seconds, self.ends_at)

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


# Most replies to MAIL, RCPT and DATA are the same every time.
@lru_cache(maxsize=64)
def _read(reply: bytes) -> Reply:
    """What a whole reply says. Raises Broken if one of its lines does not begin with a code."""
    lines = reply.split(b"\n")[:-1]
    for line in lines:
        if not line[:3].isdigit():
            raise Broken(f"no SMTP reply: {line[:60].decode('utf-8', 'replace')!r}")
    said = b" ".join([words for line in lines if (words := line[4:].strip())])
    return Reply(int(lines[-1][:3]), printable(said.decode("utf-8", "replace"))[:500])
