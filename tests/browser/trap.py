"""A trap on loopback: it counts connections, notes what is asked for, and serves live vectors."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_BUNDLE = 6
_ALONE = re.compile(
    r"location|refresh|submit|click|<base|frameset|plaintext|document\.write|<!--|--|noscript|<xmp"
    r"|listing|<template|CDATA|throw|</title|</textarea|</style|<select|<keygen|Security-Policy|open\("
    r"|autofocus|<dialog|<math|<form|<<|`|<scr<",
    re.IGNORECASE,
)
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n"


class Trap:
    """Counts connections, with words or without, and notes what was asked for on them."""

    def __init__(self) -> None:
        self.connections = 0
        self.caught: list[str] = []
        self.pages: dict[str, str] = {"/control": "done"}
        self._door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._door.settimeout(0.2)
        self.host = f"127.0.0.1:{self._door.getsockname()[1]}"
        self._open = True
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def live(self, number: int, vector: str) -> str:
        """The address under which a vector is served with nothing to hold it back."""
        self.pages[f"/live/{number}"] = vector
        return f"http://{self.host}/live/{number}"

    def close(self) -> None:
        """Stop listening."""
        self._open = False
        self._thread.join()
        self._door.close()

    def _listen(self) -> None:
        while self._open:
            try:
                line, _ = self._door.accept()
            except TimeoutError:
                continue
            self.connections += 1
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        line.settimeout(5)
        with line, suppress(OSError):
            asked = line.recv(4096).split(b"\r\n")[0].decode("latin-1")
            path = asked.split(" ")[1] if " " in asked else asked
            if path in self.pages:
                body = self.pages[path].encode()
                line.sendall(_HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            elif asked:
                self.caught.append(path)


@contextmanager
def open_trap() -> Iterator[Trap]:
    """A trap for as long as the block runs."""
    trap = Trap()
    try:
        yield trap
    finally:
        trap.close()


def vectors(host: str) -> list[str]:
    """Every vector of `vectors.txt`, each with a number of its own in its call and its address."""
    lines = (Path(__file__).parent / "vectors.txt").read_text("utf-8").splitlines()
    kept = [line for line in lines if line and not line.startswith("#")]
    return [filled(line, number, host) for number, line in enumerate(kept, start=1)]


def bundled(tricks: list[str]) -> list[str]:
    """The vectors, those together that leave each other alone: fewer pages to open."""
    alone = [trick for trick in tricks if _ALONE.search(trick)]
    others = [trick for trick in tricks if not _ALONE.search(trick)]
    count = -(-len(others) // _BUNDLE)
    return [*alone, *("\n".join(others[start::count]) for start in range(count))]


def filled(line: str, number: int, host: str) -> str:
    """A line of the list with its call and its address put in."""
    places = {"js": f"ran({number})", "url": f"http://{host}/{number}", "host": host}
    for name, value in {**places, "id": str(number)}.items():
        line = line.replace(f"{{{name}}}", value)
    return line
