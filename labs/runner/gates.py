"""A loopback gate before an engine, which the judge opens, closes, silences, slows or cuts.

The engine behind may be started late: it is asked for its port at the first visitor, so a stage
that needs no Redis starts none.
"""

import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Event, Lock, Thread
from time import monotonic, sleep

_CHUNK = 65_536


class Gate:
    """Listens on `port` of a loopback `host` and leads to the port that `engine()` answers.

    `wishes` are addresses to take if they are free, in that order, before a free port.
    """

    def __init__(
        self,
        engine: Callable[[], int],
        *,
        host: str = "127.0.0.1",
        wishes: Iterable[tuple[str, int]] = (),
    ) -> None:
        self._engine = engine
        self._host = host
        self._lock = Lock()
        self._lines: list[_Line] = []
        self._silent = False
        self._flowing = Event()
        self._flowing.set()
        self._visits: list[float] = []
        self._bytes_at: float = 0.0
        self.reply_delay = 0.0
        """Seconds that each piece of the engine's answer waits: the slow gate."""
        self.new_line_delay = 0.0
        """The same for lines that are opened from now on; those that were open stay as fast."""
        self._listener = _first_free([*wishes, ("127.0.0.1", 0)])
        self.host: str = self._listener.getsockname()[0]
        self.port: int = self._listener.getsockname()[1]
        self._listen()

    def open(self) -> None:
        """Carry bytes again, at full speed."""
        self._silent = False
        self.reply_delay = self.new_line_delay = 0.0
        self._flowing.set()
        if self._listener.fileno() == -1:
            self._listener = socket.create_server((self.host, self.port))
            self._listen()

    def refuse(self) -> None:
        """Break every line and let no new one in: as if nothing ran there."""
        # Only shutdown wakes a thread that waits in accept.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._flowing.set()
        self.cut()

    def silence(self) -> None:
        """Accept and acknowledge, but answer nothing: as behind a firewall that forgot the line."""
        with self._lock:
            self._silent = True
            for line in self._lines:
                line.dead = True

    def cut(self) -> None:
        """Break every open line in mid-stream; new ones are welcome."""
        with self._lock:
            lines, self._lines = self._lines, []
        for line in lines:
            line.close()

    def lead_to(self, engine: Callable[[], int]) -> None:
        """Lead new lines to another engine; break the lines to the one before."""
        self._engine = engine
        self.cut()

    def hold_replies(self) -> None:
        """Keep what the engine answers until `open`."""
        self._flowing.clear()

    @property
    def refuses(self) -> bool:
        """Whether it lets nobody in now."""
        return self._listener.fileno() == -1

    def engine_port(self) -> int:
        """The port behind this gate: the judge's own way in."""
        return self._engine()

    def visits_since(self, moment: float) -> int:
        """How many lines were opened since a monotonic moment."""
        with self._lock:
            return sum(1 for at in self._visits if at >= moment)

    def used_since(self, moment: float) -> bool:
        """Whether a line was opened, or a byte was asked over an old one, since that moment."""
        return self._bytes_at >= moment or self.visits_since(moment) > 0

    def close(self) -> None:
        """Gone for good."""
        self.refuse()

    def _listen(self) -> None:
        Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = listener.accept()
                with self._lock:
                    self._visits.append(monotonic())
                Thread(target=self._connect, args=[visitor], daemon=True).start()

    def _connect(self, visitor: socket.socket) -> None:
        try:
            server = None if self._silent else self._to_engine()
        except OSError:
            visitor.close()
            return
        line = _Line(self, visitor, server)
        with self._lock:
            line.dead = self._silent
            self._lines.append(line)
        line.start()

    def _to_engine(self) -> socket.socket:
        return socket.create_connection((self._host, self._engine()), timeout=None)

    def saw_bytes(self) -> None:
        """A line of this gate carried something from the student's side."""
        self._bytes_at = monotonic()

    def let_pass(self, *, born_slow: bool) -> None:
        """Wait as long as replies are held or slowed."""
        self._flowing.wait()
        delay = max(self.reply_delay, self.new_line_delay if born_slow else 0.0)
        if delay:
            sleep(delay)


def _first_free(addresses: Iterable[tuple[str, int]]) -> socket.socket:
    """A listener at the first of these addresses that can be had."""
    for address in addresses:
        with suppress(OSError):
            return socket.create_server(address)
    raise OSError("no loopback port is free")


class _Line:
    """One visitor and, unless the gate was silent, the engine behind; `dead` swallows."""

    def __init__(self, gate: Gate, visitor: socket.socket, server: socket.socket | None) -> None:
        self._gate = gate
        self._visitor = visitor
        self._server = server
        self._born_slow = gate.new_line_delay > 0
        self.dead = False

    def start(self) -> None:
        """Carry bytes both ways in threads of their own."""
        Thread(target=self._ask, daemon=True).start()
        if self._server is not None:
            Thread(target=self._answer, args=[self._server], daemon=True).start()

    def _ask(self) -> None:
        with suppress(OSError):
            while received := self._visitor.recv(_CHUNK):
                self._gate.saw_bytes()
                if self._server is not None and not self.dead:
                    self._server.sendall(received)
        if not self.dead:
            self.close()

    def _answer(self, server: socket.socket) -> None:
        with suppress(OSError):
            while received := server.recv(_CHUNK):
                self._gate.let_pass(born_slow=self._born_slow)
                if not self.dead:
                    self._visitor.sendall(received)
        if not self.dead:
            self.close()

    def close(self) -> None:
        """Break both ends."""
        for end in filter(None, (self._visitor, self._server)):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
