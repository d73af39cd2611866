"""An SMTP server that counts: copies, distinct Message-IDs and connections, and keeps no mail.

`sink()` runs one in a process of its own; it offers PIPELINING, and with `delay` it answers
the final dot so many seconds late. It takes about ten times what any sender here can send.
"""

import argparse
import asyncio
import json
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic
from typing import cast

from tests.engines.children import answers, child, free_port, wait_until

_HELLO = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 10485760\r\n"
_ANSWERS = {b"EHLO": _HELLO, b"HELO": b"250 sink\r\n", b"QUIT": b"221 bye\r\n"}
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>]+)>", re.IGNORECASE | re.MULTILINE)
_END = b"\r\n.\r\n"


@dataclass
class Seen:
    """What arrived so far; `first` and `last` are moments of the sink's monotonic clock."""

    copies: int = 0
    unique: int = 0
    connections: int = 0
    first: float = 0.0
    last: float = 0.0


@dataclass
class Counter:
    """Counts mails by Message-ID; `last` is when the last one that was new came."""

    delay: float = 0.0
    seen: Seen = field(default_factory=Seen)
    ids: set[bytes] = field(default_factory=set)

    def count(self, mail: bytes) -> None:
        """Count one mail."""
        found = _MESSAGE_ID.search(mail)
        self.seen.copies += 1
        self.seen.first = self.seen.first or monotonic()
        self.ids.add(found[1] if found else b"")
        if len(self.ids) > self.seen.unique:
            self.seen.unique, self.seen.last = len(self.ids), monotonic()


class Session(asyncio.Protocol):
    """One connection. Replies to what came in one piece leave in one piece."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._buffer = b""
        self._in_data = False
        self._waiting = False
        self._replies: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer whatever is whole."""
        self._buffer += data
        if not self._waiting:
            self._answer()

    def _answer(self) -> None:
        """Take piece after piece off the buffer, until one is not whole or waits for its reply."""
        while not self._waiting and (self._take_mail() if self._in_data else self._take_line()):
            pass
        if self._replies:
            self._transport.write(b"".join(self._replies))
            self._replies.clear()

    def _take_line(self) -> bool:
        """One command, if it is whole."""
        line, end, rest = self._buffer.partition(b"\r\n")
        if not end:
            return False
        self._buffer = rest
        verb = line[:4].upper()
        self._in_data = verb == b"DATA"
        if verb == b"STAT":
            self._replies.append(b"250 %b\r\n" % json.dumps(asdict(self._counter.seen)).encode())
        else:
            known = b"354 go on\r\n" if self._in_data else b"250 ok\r\n"
            self._replies.append(_ANSWERS.get(verb, known))
        self._counter.seen.connections += verb in {b"EHLO", b"HELO"}
        return True

    def _take_mail(self) -> bool:
        """One mail, if its dot has come."""
        mail, end, rest = self._buffer.partition(_END)
        if not end:
            return False
        self._buffer, self._in_data = rest, False
        self._counter.count(mail)
        if self._counter.delay:
            self._waiting = True
            asyncio.get_running_loop().call_later(self._counter.delay, self._resume)
        else:
            self._replies.append(b"250 kept\r\n")
        return True

    def _resume(self) -> None:
        """Answer the dot that waited, then whatever came meanwhile."""
        self._waiting = False
        self._replies.append(b"250 kept\r\n")
        if not self._transport.is_closing():
            self._answer()


@dataclass(frozen=True)
class Sink:
    """A running sink."""

    port: int

    def seen(self) -> Seen:
        """What arrived so far."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            line.sendall(b"STAT\r\n")
            with line.makefile("r") as answer:
                answer.readline()
                return Seen(**json.loads(answer.readline()[4:]))


@contextmanager
def sink(folder: Path, delay: float = 0.0) -> Iterator[Sink]:
    """A sink that has seen nothing yet, gone after the block."""
    port = free_port()
    words = [sys.executable, "-m", "bench.sink", "--port", str(port), "--delay", str(delay)]
    log = folder / "sink.log"
    with child(words, log=log, folder=Path.cwd()) as started:
        wait_until(lambda: answers(port), of=started, log=log)
        yield Sink(port)


async def serve(port: int, delay: float) -> None:
    """Count until ended."""
    counter = Counter(delay)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Session(counter), "127.0.0.1", port, backlog=1000)
    await server.serve_forever()


def main() -> None:
    """The process behind `sink()`."""
    # Imported late: whoever only uses `sink()` needs no faster loop.
    import uvloop

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--delay", type=float, default=0.0)
    asked = parser.parse_args()
    uvloop.run(serve(asked.port, asked.delay))


if __name__ == "__main__":
    main()
