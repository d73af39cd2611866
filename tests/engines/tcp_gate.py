"""A gate on loopback before a server, that a test opens, closes, silences or cuts.

`pass` carries bytes both ways. `silent` still accepts and acknowledges, but swallows: a line that
was open at that moment, or opened since, stays dead for ever, as behind a firewall that forgot
it; lines opened later live. `cut` breaks the open lines; `refuse` does too, and listens no more.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread


class TcpGate:
    """Listens on `port` and leads to 127.0.0.1:`target`; the verbs take effect at once."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._lock = Lock()
        self._lines: list[_Line] = []
        self._silent = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._listen()

    def open(self) -> None:
        """Carry bytes on new lines, and listen again if it refused."""
        self._silent = False
        if self._listener.fileno() == -1:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            self._listen()

    def silence(self) -> None:
        """Acknowledge and swallow everything from now on, on open lines and new ones."""
        with self._lock:
            self._silent = True
            for line in self._lines:
                line.dead = True

    def cut(self) -> None:
        """Break every open line; new ones are welcome."""
        with self._lock:
            lines, self._lines = self._lines, []
        for line in lines:
            line.close()

    def refuse(self) -> None:
        """Break every open line and let no new one in."""
        # Only shutdown wakes a thread that waits in accept.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _listen(self) -> None:
        Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        """Give each visitor a line of its own, until the listener is closed."""
        with suppress(OSError):
            while True:
                visitor, _ = listener.accept()
                self._connect(visitor)

    def _connect(self, visitor: socket.socket) -> None:
        """Lead one visitor to the target, if there is one."""
        try:
            server = None if self._silent else socket.create_connection(("127.0.0.1", self._target))
        except OSError:
            visitor.close()
            return
        line = _Line(visitor, server)
        with self._lock:
            line.dead = self._silent
            self._lines.append(line)
        line.start()


class _Line:
    """One visitor and, unless the gate was silent, the server behind; `dead` swallows."""

    def __init__(self, visitor: socket.socket, server: socket.socket | None) -> None:
        self._visitor, self._server = visitor, server
        self.dead = False

    def start(self) -> None:
        """Carry bytes both ways in threads of their own."""
        Thread(target=self._carry, args=[self._visitor, self._server], daemon=True).start()
        if self._server:
            Thread(target=self._carry, args=[self._server, self._visitor], daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket | None) -> None:
        """Bytes from one end to the other; a dead line reads on and says nothing."""
        with suppress(OSError):
            while received := source.recv(65_536):
                if sink and not self.dead:
                    sink.sendall(received)
        if not self.dead:
            self.close()

    def close(self) -> None:
        """Break both ends."""
        for end in filter(None, (self._visitor, self._server)):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def gate_before(target: int) -> Iterator[TcpGate]:
    """An open gate before the loopback port `target`; gone after the block."""
    gate = TcpGate(target)
    try:
        yield gate
    finally:
        gate.refuse()
