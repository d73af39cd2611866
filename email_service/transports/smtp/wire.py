"""Lines to a server and replies from it, each with a limit in time and size."""

import asyncio
import ssl
from collections.abc import Iterable

from email_service.transports.outcomes import Reply

_LONGEST_LINE = 4_096
_MOST_LINES = 128


class Broken(Exception):
    """The line is dead or no longer makes sense: abandon the connection."""


def encoded(lines: Iterable[str]) -> bytes:
    """Commands as bytes. Raises ValueError if one is beyond ASCII or would smuggle in another."""
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a line break inside an SMTP command")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


class Wire:
    """One TCP connection that speaks in SMTP lines; `timeout` bounds each whole reply."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, timeout: float
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._timeout = timeout

    @classmethod
    async def dial(cls, host: str, port: int, seconds: float, tls: ssl.SSLContext | None) -> "Wire":
        """Connect. Raises OSError (TimeoutError among them) when nobody answers."""
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(host, port, ssl=tls, limit=_LONGEST_LINE)
        return cls(reader, writer, seconds)

    @property
    def dead(self) -> bool:
        """Whether the other side is known to have gone."""
        return self._reader.at_eof() or self._writer.is_closing()

    def write(self, content: bytes) -> None:
        """Put bytes on their way."""
        self._writer.write(content)

    async def flush(self) -> None:
        """Wait until the bytes written have left, at most `timeout` for a stuck peer."""
        async with asyncio.timeout(self._timeout):
            await self._writer.drain()

    def say(self, *lines: str) -> None:
        """Write commands, one a line. Raises ValueError as `encoded` does, nothing written."""
        self._writer.write(encoded(lines))

    async def ask(self, line: str) -> Reply:
        """Write one command and read its reply."""
        self.say(line)
        return await self.reply()

    async def reply(self, seconds: float | None = None) -> Reply:
        """Read one reply, of one or more lines.

        Raises TimeoutError when it is not whole in time, Broken when the line was dropped or
        what came is no SMTP reply.
        """
        async with asyncio.timeout(seconds or self._timeout):
            texts = []
            for _ in range(_MOST_LINES):
                line = await self._line()
                texts.append(line[4:].strip())
                if line[3:4] != "-":
                    return Reply(int(line[:3]), " ".join(filter(None, texts))[:500])
        raise Broken("a reply of too many lines")

    async def _line(self) -> str:
        """One line of a reply, known to begin with a code."""
        try:
            line = await self._reader.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            raise Broken("the server dropped the line") from error
        except asyncio.LimitOverrunError as error:
            raise Broken("a reply line without end") from error
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if not (text[:3].isascii() and text[:3].isdigit()):
            raise Broken(f"no SMTP reply: {text[:60]!r}")
        return text

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Go on under TLS. Raises OSError (ssl.SSLError among them) when that fails."""
        async with asyncio.timeout(self._timeout):
            await self._writer.start_tls(context, server_hostname=host)

    def abort(self) -> None:
        """Drop the line now, whatever is on it."""
        self._writer.transport.abort()
