"""Reading from the wire: command lines one by one, a mail as one piece."""

import asyncio
import re
from collections.abc import Callable

from mock_smtp.smtp.tape import Tape

_CHUNK = 256 * 1024
_LONGEST_LINE = 8 * 1024
_END = b"\r\n.\r\n"
_BODY = re.compile(rb"\r?\n\r?\n")
_LONGEST_HEAD = 64 * 1024
_STEP = 0.05  # seconds: a slow mail is read in sips of that length


class TooLargeError(Exception):
    """The mail went over the limit: refuse it; its bytes have been read and dropped."""


class WireReader:
    """Stands where aiosmtpd expects its stream reader; everything that is read goes on the tape."""

    def __init__(
        self,
        stream: asyncio.StreamReader,
        tape: Tape,
        on_command: Callable[[str], None],
        on_bytes: Callable[[], None],
    ) -> None:
        self._stream = stream
        self._tape = tape
        self._on_command = on_command
        self._on_bytes = on_bytes
        self._buffer = bytearray()
        self._per_byte = 0.0
        self.verb = ""

    @property
    def slow(self) -> bool:
        """Whether a mail is being read at a set pace."""
        return self._per_byte > 0

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

    async def read_mail(self, limit: int, pace_of: Callable[[bytes], float]) -> bytes:
        """Read up to the lone dot, stuffed dots removed; raises TooLargeError over `limit`.

        `pace_of` is asked, once the headers are there, how many seconds each byte takes.
        """
        try:
            await self._read_head()
            self._per_byte = pace_of(bytes(self._buffer[:_LONGEST_HEAD]))
            await self._take_time(len(self._buffer))
            return await self._read_whole(limit)
        finally:
            self._per_byte = 0.0

    async def _read_head(self) -> None:
        while len(self._buffer) < _LONGEST_HEAD and not self._head_is_there():
            await self._more()

    def _head_is_there(self) -> bool:
        start = self._buffer.startswith((b".\r\n", b"\r\n"))
        return start or bool(_BODY.search(self._buffer)) or _END in self._buffer

    async def _read_whole(self, limit: int) -> bytes:
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
            self._on_bytes()

    async def _drop_mail(self) -> None:
        while (at := self._buffer.find(_END)) == -1:
            del self._buffer[: 1 - len(_END)]
            await self._more()
        del self._buffer[: at + len(_END)]
        raise TooLargeError

    async def _more(self) -> None:
        sip = max(1, int(_STEP / self._per_byte)) if self._per_byte else _CHUNK
        chunk = await self._stream.read(min(sip, _CHUNK))
        if not chunk:
            # The client has left; aiosmtpd ends a conversation by cancelling it.
            raise asyncio.CancelledError
        self._buffer += chunk
        await self._take_time(len(chunk))

    async def _take_time(self, count: int) -> None:
        """Let as much time go by as so many bytes take at the set pace."""
        while self._per_byte and count > 0:
            sip = min(count, max(1, int(_STEP / self._per_byte)))
            await asyncio.sleep(sip * self._per_byte)
            self._on_bytes()
            count -= sip


def _unstuffed(source: bytes, limit: int) -> bytes:
    if source.startswith(b"."):
        source = source[1:]
    source = source.replace(b"\r\n.", b"\r\n")
    if len(source) > limit:
        raise TooLargeError
    return source
