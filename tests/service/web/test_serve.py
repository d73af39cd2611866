"""`python -m email_service.serve`: the real server, its refusals and its end."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg2
import pytest

from email_service import serve
from tests.engines.fixtures import StartService
from tests.engines.service import ROOT, Service, environment
from tests.service.factories import contact
from tests.service.web.conftest import Configure


def start(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Try to start a service that should refuse."""
    command = [sys.executable, "-m", "email_service.serve", *arguments]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment("sqlite:///:memory:", **settings),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def _pieces(line: socket.socket) -> Iterator[bytes]:
    """What is received until the end, which a server that read less than was sent makes abrupt."""
    with suppress(ConnectionResetError):
        while piece := line.recv(65_536):
            yield piece


def raw(service: Service, sent: bytes) -> tuple[bytes, bytes]:
    """The head and the body of the answer to these bytes."""
    port = int(service.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        answer = b"".join(_pieces(line))
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body


def test_a_start_without_a_door_is_refused() -> None:
    """Neither keys nor ALLOW_OPEN: exit 2, one sentence that names both."""
    refused = start("--port", "1", SERVICE_API_KEYS="")
    assert refused.returncode == 2
    assert "SERVICE_API_KEYS" in refused.stderr
    assert "ALLOW_OPEN" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_wrong_setting_is_refused() -> None:
    """A value that cannot be used: exit 2, one sentence with its key."""
    refused = start(EMAIL_MAX_RETRIES="many")
    assert refused.returncode == 2
    assert "EMAIL_MAX_RETRIES" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_taken_port_is_refused() -> None:
    """A port where somebody answers: exit 2, one sentence that names the cure."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = start("--port", port)
    assert refused.returncode == 2
    assert port in refused.stderr
    assert "--port" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_the_edge_of_a_real_server(running_service: StartService) -> None:
    """One server, the questions that only a real one answers."""
    service = running_service()
    _a_large_body_is_answered(service)
    _garbage_is_a_problem(service)
    _a_charset_is_not_believed(service)
    _a_proxy_is_seen(service)
    _a_rate_is_missed(service)
    _the_stop_is_clean(service)


def _a_large_body_is_answered(service: Service) -> None:
    """Row 14: a client that sends 10 MB before it reads gets to read the 413."""
    body = json.dumps({"name": "x" * 10_000_000}).encode()
    request = Request(f"{service.url}/api/contact/", body, {"Content-Type": "application/json"})
    with pytest.raises(HTTPError) as refused:
        urlopen(request, timeout=20)
    with refused.value as answer:
        assert (answer.code, json.load(answer)["code"]) == (413, "too-large")


def _garbage_is_a_problem(service: Service) -> None:
    """What waitress refuses by itself is problem+json too, and tells no server's name."""
    requests = {
        b"GET / HTTP/1.1\r\nbad header\r\n\r\n": 400,
        b"nonsense\r\n\r\n": 400,
        b"POST /api/contact/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n": 400,
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n": 501,
        b"GET / HTTP/1.1\r\nX: " + b"x" * 300_000 + b"\r\n\r\n": 431,
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n": 413,
    }
    for sent, status in requests.items():
        head, body = raw(service, sent)
        assert head.startswith(b"HTTP/1.%d %d " % (head[7] - 48, status))
        assert b"application/problem+json" in head
        assert b"Server:" not in head
        assert json.loads(body)["status"] == status


def _a_charset_is_not_believed(service: Service) -> None:
    """Row 22: a query is decoded as UTF-8, whatever charset a header names."""
    with service.client() as client:
        for charset in ("idna", "utf-7", "unicode_escape", "punycode", "undefined"):
            headers = {"Content-Type": f"text/plain; charset={charset}"}
            answer = client.get("/api/messages/?state=%3A%ff", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def _a_proxy_is_seen(service: Service) -> None:
    """The server hides no forwarding header from the rule that looks for it."""
    with service.client(key=None) as client:
        answer = client.get("/api/messages/", headers={"X-Forwarded-For": "127.0.0.1"})
    assert answer.status_code == 401


def _a_rate_is_missed(service: Service) -> None:
    """On loopback nothing is said of a rate."""
    assert not service.events("start.without_rate")


def _the_stop_is_clean(service: Service) -> None:
    """SIGTERM: the last answer is whole, exit 0, no traceback."""
    with service.client() as client:
        assert client.get("/livez").status_code == 200
    service.web.send_signal(signal.SIGTERM)
    assert service.web.wait(15) == 0
    assert "Traceback" not in service.log.read_text(encoding="utf-8")
    assert service.events("stopped")


def test_a_twin_in_flight_is_409(running_service: StartService) -> None:
    """Row 17 at its edge: while PostgreSQL waits for the first of two twins, the other gets 409.

    Nothing of it is kept, and once the first is gone the same id is accepted.
    """
    service = running_service("postgres")
    body = contact(message_id="6f1f9bd2-4a1c-4c3e-9f0e-0a1b2c3d4e5f")
    twin = psycopg2.connect(service.database_url)
    with twin.cursor() as statement:
        statement.execute(
            "INSERT INTO notifications_contactmessage (message_id, name, email, message)"
            " VALUES (%s, 'Ana', 'ana@mail.example', 'Hola')",
            [body["message_id"]],
        )
    with service.client() as client:
        answer = client.post("/api/contact/", json=body)
        twin.close()
        again = client.post("/api/contact/", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "in-flight")
    assert answer.headers["Retry-After"] == "1"
    assert again.status_code == 202
    assert "Idempotent-Replayed" not in again.headers


def test_a_locked_table_is_503(running_service: StartService) -> None:
    """While a migration holds the table nothing is accepted; once it is done, everything is."""
    service = running_service("postgres")
    with service.client() as client, closing(psycopg2.connect(service.database_url)) as migration:
        before = [client.post("/api/contact/", json=contact()).status_code for _ in range(10)]
        with migration.cursor() as statement:
            statement.execute("LOCK TABLE notifications_notificationlog IN SHARE MODE")
        meanwhile = client.post("/api/contact/", json=contact())
        migration.rollback()
        after = [client.post("/api/contact/", json=contact()).status_code for _ in range(20)]
    assert (meanwhile.status_code, meanwhile.json()["code"]) == (503, "unavailable")
    assert before + after == [202] * 30


@pytest.mark.parametrize(
    ("host", "rate", "warnings"),
    [("0.0.0.0", None, 1), ("192.0.2.1", None, 1), ("::", None, 1), ("0.0.0.0", (1, 60), 0),
     ("127.0.0.1", None, 0), ("localhost", None, 0), ("::1", None, 0)],
)  # fmt: skip
def test_an_open_form_is_warned_of(
    configure: Configure, lines: list[dict[str, Any]], host: str, rate: Any, warnings: int
) -> None:
    """A start on an address that others reach, without CONTACT_RATE, says so."""
    configure(contact_rate=rate)
    serve._warn_of_an_open_form(host)
    assert [line["event"] for line in lines] == ["start.without_rate"] * warnings


def test_ctrl_c_is_clean_too(running_service: StartService) -> None:
    """SIGINT ends the server as SIGTERM does, at once when nothing is under way."""
    service = running_service()
    began = time.monotonic()
    service.web.send_signal(signal.SIGINT)
    assert service.web.wait(15) == 0
    assert time.monotonic() - began < 5
    assert "Traceback" not in service.log.read_text(encoding="utf-8")
