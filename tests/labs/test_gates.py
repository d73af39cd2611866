"""The gates before the engines: pass, refuse, silent, slow, held, cut."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from time import monotonic

import pytest

from labs.runner.gates import Gate
from labs.runner.waiting import wait_until


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that answers each line with itself."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve(visitor: socket.socket) -> None:
        with closing(visitor):
            while received := visitor.recv(100):
                visitor.sendall(received)

    def accept() -> None:
        while True:
            try:
                visitor, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=[visitor], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()


@pytest.fixture
def gate(echo: int) -> Iterator[Gate]:
    """An open gate before the echo."""
    made = Gate(lambda: echo)
    yield made
    made.close()


def ask(line: socket.socket, seconds: float = 10.0) -> bytes:
    """What comes back for three letters; TimeoutError if nothing does."""
    line.settimeout(seconds)
    line.sendall(b"abc")
    return line.recv(3)


def visit(gate: Gate) -> socket.socket:
    """A new line to the gate."""
    return socket.create_connection(("127.0.0.1", gate.port), timeout=10)


class TestGate:
    """Each mode, and the way back."""

    def test_it_carries_bytes(self, gate: Gate) -> None:
        """Open, it is not noticed."""
        with visit(gate) as line:
            assert ask(line) == b"abc"

    def test_the_engine_is_asked_for_at_the_first_visitor(self) -> None:
        """Nobody starts an engine that nobody uses."""
        asked: list[int] = []
        gate = Gate(lambda: asked.append(1) or 1)  # type: ignore[func-returns-value]
        assert asked == []
        with visit(gate):
            assert wait_until(lambda: asked == [1], 10)
        gate.close()

    def test_refused_and_open_again(self, gate: Gate) -> None:
        """A refusal breaks what was open and lets nobody in; opening lets in again."""
        with visit(gate) as line:
            ask(line)
            gate.refuse()
            assert line.recv(1) == b""
        with pytest.raises(OSError, match="refused"):
            visit(gate)
        assert gate.refuses
        gate.open()
        with visit(gate) as line:
            assert ask(line) == b"abc"

    def test_silent(self, gate: Gate) -> None:
        """It accepts and says nothing, on old lines and new ones."""
        with visit(gate) as old:
            ask(old)
            gate.silence()
            with visit(gate) as new, pytest.raises(TimeoutError):
                ask(new, 0.2)
            with pytest.raises(TimeoutError):
                ask(old, 0.2)

    def test_cut_in_mid_stream(self, gate: Gate) -> None:
        """The open line breaks; a new one is welcome."""
        with visit(gate) as line:
            ask(line)
            gate.cut()
            assert line.recv(1) == b""
        with visit(gate) as line:
            assert ask(line) == b"abc"

    def test_held_replies_come_when_it_opens(self, gate: Gate) -> None:
        """What the engine answered meanwhile is not lost."""
        gate.hold_replies()
        with visit(gate) as line:
            with pytest.raises(TimeoutError):
                ask(line, 0.2)
            gate.open()
            line.settimeout(10)
            assert line.recv(3) == b"abc"

    def test_slow(self, gate: Gate) -> None:
        """Each piece of an answer waits."""
        gate.reply_delay = 0.2
        with visit(gate) as line:
            begun = monotonic()
            ask(line)
            assert monotonic() - begun >= 0.2

    def test_it_counts_its_visits(self, gate: Gate) -> None:
        """Who asked since when is what a judge wants to know."""
        begun = monotonic()
        with visit(gate) as line:
            ask(line)
        assert gate.visits_since(begun) == 1
        assert gate.used_since(begun)
        assert not gate.used_since(monotonic() + 1)
