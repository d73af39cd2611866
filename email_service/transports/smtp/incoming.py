"""What a server sent and nobody has read yet.

asyncio's StreamReader would do; taking whole replies out of a buffer of our own saves the
sender a third of its time (docs/benchmarks.md).
"""

import asyncio
from math import inf

_LONGEST_REPLY = 64 * 1024


class Incoming(asyncio.Protocol):
    """Keeps bytes until a whole reply can be taken out; `change()` waits for any news."""

    def __init__(self) -> None:
        self._buffer = b""
        self._news: asyncio.Future[None] | None = None
        self._until = self._rings_at = inf
        self._alarm: asyncio.TimerHandle | None = None
        self.ended = False
        self.stuck = False

    @property
    def waits(self) -> bool:
        """Whether anything is here that was not taken out."""
        return bool(self._buffer)

    @property
    def too_long(self) -> bool:
        """Whether more came than any reply has."""
        return len(self._buffer) > _LONGEST_REPLY

    def reply(self) -> bytes:
        """The first whole reply, of one or more lines, taken out; empty if it is not whole yet."""
        start = 0
        while (end := self._buffer.find(b"\n", start) + 1) and end <= _LONGEST_REPLY:
            if self._buffer[start + 3 : start + 4] != b"-":
                whole, self._buffer = self._buffer[:end], self._buffer[end:]
                return whole
            start = end
        return b""

    async def change(self, until: float) -> None:
        """Wait until bytes came, the line ended or what was written could leave.

        Raises TimeoutError when nothing of it happened by `until`, of the loop's clock.
        """
        self._news = asyncio.get_running_loop().create_future()
        self._until = until
        if until < self._rings_at:
            self._set_alarm()
        await self._news

    def _set_alarm(self) -> None:
        """Have it ring at `_until`.

        It is not stopped when news come first: the next wait, which lasts longer, moves it once
        it rings. Two alarms for each mail were a twentieth of the sender's time.
        """
        self._stop_alarm()
        self._rings_at = self._until
        self._alarm = asyncio.get_running_loop().call_at(self._rings_at, self._ring)

    def _stop_alarm(self) -> None:
        """It rings no more."""
        if self._alarm:
            self._alarm.cancel()
        self._alarm, self._rings_at = None, inf

    def _ring(self) -> None:
        """End the wait if its time has come, or ring again then."""
        self._stop_alarm()
        if self._news and not self._news.done():
            if asyncio.get_running_loop().time() >= self._until:
                self._news.set_exception(TimeoutError())
            else:
                self._set_alarm()

    def _tell(self) -> None:
        """Wake whoever waits for a change."""
        if self._news and not self._news.done():
            self._news.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Keep what came; a flood ends when somebody looks at it."""
        if not self.too_long:
            self._buffer += data
        self._tell()

    def eof_received(self) -> None:
        """The server will say nothing more."""
        self.ended = True
        self._tell()

    def connection_lost(self, _error: Exception | None) -> None:
        """The line is gone."""
        self.ended, self.stuck = True, False
        self._stop_alarm()
        self._tell()

    def pause_writing(self) -> None:
        """What was written waits in our memory: the server reads too slowly."""
        self.stuck = True

    def resume_writing(self) -> None:
        """It has left."""
        self.stuck = False
        self._tell()
