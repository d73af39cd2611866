"""Reading from the wire: command lines one by one, a mail as one piece."""

import asyncio
from collections.abc import Callable

from mock_smtp.smtp.tape import Tape

_CHUNK = 256 * 1024
_LONGEST_LINE = 8 * 1024
_END = b"\r\n.\r\n"


class TooLargeError(Exception):
    """The mail went over the limit: refuse it; its bytes have been read and dropped."""


class WireReader:
    """Stands where aiosmtpd expects its stream reader; everything that is read goes on the tape."""

    def __init__(
        self, stream: asyncio.StreamReader, tape: Tape, on_command: Callable[[str], None]
    ) -> None:
        self._stream = stream
        self._tape = tape
        self._on_command = on_command
        self._buffer = bytearray()
        self.verb = ""

    @property
    def pending(self) -> bool:
        """Whether the client has sent something that has not been read yet."""
        return bool(self._buffer or self._stream._buffer)  # type: ignore[attr-defined]

    def forget(self) -> None:
        """Drop what was sent ahead: before a TLS handshake it may be an attacker's."""
        self._buffer.clear()
        self._stream._buffer.clear()  # type: ignore[attr-defined]

    def moved_to(self, transport: asyncio.BaseTransport) -> None:
        """Read on over another transport, as after a TLS handshake."""
        # Without this the stream would pause the transport that TLS has replaced.
        self._stream._transport = transport  # type: ignore[attr-defined]

    async def readuntil(self, _separator: bytes = b"\n") -> bytes:
        """Read one command line; one that is far too long comes back cut, to be refused."""
        line = await self.readline()
        self.verb = line[:20].split(b" ", 1)[0].strip().decode("ascii", "replace").upper()
        self._on_command(self.verb)
        return line

    async def readline(self) -> bytes:
        """Read one line, as the answer to an AUTH challenge is read."""
        searched = 0
        while (at := self._buffer.find(b"\n", searched)) == -1:
            del self._buffer[_LONGEST_LINE:]
            searched = len(self._buffer)
            await self._more()
        line = bytes(self._buffer[: at + 1])
        del self._buffer[: at + 1]
        self._tape.client(line)
        return line

    async def read_mail(self, limit: int) -> bytes:
        """Read up to the lone dot, stuffed dots removed; raises TooLargeError over `limit`."""
        if not self._buffer.startswith(b".\r\n"):
            await self._until_end(limit)
        if self._buffer.startswith(b".\r\n"):
            del self._buffer[:3]
            return b""
        at = self._buffer.find(_END)
        source = bytes(self._buffer[: at + 2])
        del self._buffer[: at + len(_END)]
        return _unstuffed(source, limit)

    async def _until_end(self, limit: int) -> None:
        searched = 0
        while self._buffer.find(_END, searched) == -1:
            if self._buffer.startswith(b".\r\n"):
                return
            if len(self._buffer) > limit + limit // 50 + _CHUNK:
                await self._drop_mail()
            searched = max(0, len(self._buffer) - len(_END) + 1)
            await self._more()

    async def _drop_mail(self) -> None:
        while (at := self._buffer.find(_END)) == -1:
            del self._buffer[: 1 - len(_END)]
            await self._more()
        del self._buffer[: at + len(_END)]
        raise TooLargeError

    async def _more(self) -> None:
        chunk = await self._stream.read(_CHUNK)
        if not chunk:
            # The client has left; aiosmtpd ends a conversation by cancelling it.
            raise asyncio.CancelledError
        self._buffer += chunk


def _unstuffed(source: bytes, limit: int) -> bytes:
    if source.startswith(b"."):
        source = source[1:]
    source = source.replace(b"\r\n.", b"\r\n")
    if len(source) > limit:
        raise TooLargeError
    return source
