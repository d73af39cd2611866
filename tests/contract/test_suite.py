"""The suite itself: what it says when it cannot run, and that it finds what is broken."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from contract_suite.suite import BROKEN, NOT_REACHED, hold
from tests.engines.children import free_port


class Liar(BaseHTTPRequestHandler):
    """A service that answers everything with 200 and words."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"fine")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def liar() -> Iterator[str]:
    """The address of such a service."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Liar)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_nobody_there_is_said_in_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    """An address where nothing answers is 2 and a sentence with the cure, no findings."""
    assert hold(f"http://127.0.0.1:{free_port()}", "key") == NOT_REACHED
    assert len(capfd.readouterr().out.splitlines()) == 1


def test_a_service_that_breaks_the_contract_is_found(
    liar: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """A service that answers 200 to everything is red, with a curl that repeats a finding."""
    few = ["--include-path", "/livez", "--phases", "fuzzing", "--no-shrink"]
    assert hold(liar, "key", options=few) == BROKEN
    assert "curl -X" in capfd.readouterr().out
