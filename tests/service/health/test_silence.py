"""What the running service says and does while its database or Redis is away or says nothing."""

from time import monotonic
from typing import Any
from uuid import uuid4

import httpx
import pytest

from labs.runner.gates import Gate
from tests.engines.children import wait_until
from tests.engines.fixtures import OpenGate, StartService
from tests.engines.postgres import Postgres
from tests.engines.service import Service

# What a caller waits for a verdict; the rest is for a machine that has other things to do.
PROMISED, SLACK = 2.0, 1.0


@pytest.fixture
def network(postgres: Postgres, tcp_gate: OpenGate) -> Gate:
    """The network between the service and PostgreSQL."""
    return tcp_gate(postgres.port)


@pytest.fixture
def service(
    running_service: StartService, postgres: Postgres, postgres_database: str, network: Gate
) -> Service:
    """A service that reaches PostgreSQL through `network`."""
    return running_service(postgres.url_of(postgres_database, port=network.port))


def healthz(service: Service) -> tuple[int, dict[str, Any]]:
    """Code and body of /healthz, which must come in time."""
    with service.client(key=None) as client:
        began = monotonic()
        answer = client.get("/healthz")
        assert monotonic() - began < PROMISED + SLACK
    return answer.status_code, answer.json()


def post(service: Service, message_id: str) -> httpx.Response:
    """One notify with this id."""
    body = {"to": "ana@example.org", "subject": "s", "body": "b", "message_id": message_id}
    with service.client(timeout=20) as client:
        return client.post("/api/notify/", json=body)


def fails(service: Service) -> bool:
    """Whether /healthz reports the database as failed."""
    code, body = healthz(service)
    return code == 503 and body["checks"]["database"]["status"] == "fail"


def test_a_silent_database_is_seen(service: Service, network: Gate) -> None:
    """/healthz turns to 503 fail, each answer in time, and back when the network does."""
    assert healthz(service)[0] == 200
    network.silence()
    wait_until(lambda: fails(service))
    network.open()
    wait_until(lambda: healthz(service)[0] == 200)


def test_a_silent_database_spares_the_process(service: Service, network: Gate) -> None:
    """/livez stays 200, /readyz turns to 503, /metrics answers without the outbox."""
    network.silence()
    with service.client() as client:
        wait_until(lambda: client.get("/readyz").status_code == 503)
        assert client.get("/livez").status_code == 200
        assert "database_up 0.0" in client.get("/metrics").text


def test_a_request_gives_up_and_the_next_do_not_wait(service: Service, network: Gate) -> None:
    """The first request into the silence ends at its deadline with 503, those after it at once."""
    message_id = str(uuid4())
    assert post(service, str(uuid4())).status_code == 202
    network.silence()
    began = monotonic()
    refused = post(service, message_id)
    assert monotonic() - began < 3 + 2 * SLACK
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert int(refused.headers["Retry-After"]) >= 1
    began = monotonic()
    assert post(service, message_id).status_code == 503
    assert monotonic() - began < SLACK


def test_the_same_id_succeeds_later(service: Service, network: Gate) -> None:
    """After the silence the refused id is accepted, once the probe has seen the database."""
    message_id = str(uuid4())
    network.silence()
    assert post(service, message_id).status_code == 503
    network.open()
    wait_until(lambda: post(service, message_id).status_code == 202, seconds=15)


def test_a_database_that_is_away_is_seen(service: Service, network: Gate) -> None:
    """Refused connections: 503 fail, and a request gets its 503 without waiting."""
    network.refuse()
    wait_until(lambda: fails(service))
    began = monotonic()
    assert post(service, str(uuid4())).status_code == 503
    assert monotonic() - began < SLACK
    network.open()
    wait_until(lambda: post(service, str(uuid4())).status_code == 202)


def test_a_cut_line_is_mended_unseen(service: Service, network: Gate) -> None:
    """Connections that broke while idle cost no request: the next ones are new."""
    assert post(service, str(uuid4())).status_code == 202
    network.cut()
    assert post(service, str(uuid4())).status_code == 202


@pytest.fixture
def redis_network(redis_port: int, tcp_gate: OpenGate) -> Gate:
    """The network between the service and Redis."""
    return tcp_gate(redis_port)


@pytest.fixture
def with_redis(running_service: StartService, redis_network: Gate) -> Service:
    """A service on SQLite with Redis behind `redis_network`."""
    return running_service(REDIS_URL=f"redis://127.0.0.1:{redis_network.port}/0")


def test_redis_that_answers_passes(with_redis: Service) -> None:
    """A configured Redis that answers is a pass with its milliseconds."""
    code, body = healthz(with_redis)
    assert code == 200
    assert body["checks"]["redis"]["status"] == "pass"
    assert body["checks"]["redis"]["latency_ms"] >= 0


@pytest.mark.parametrize("fault", ["silence", "refuse"])
def test_redis_that_is_away_fails(with_redis: Service, redis_network: Gate, fault: str) -> None:
    """A configured Redis that is away or silent: 503, while the database passes."""
    getattr(redis_network, fault)()

    def seen() -> bool:
        code, body = healthz(with_redis)
        return code == 503 and body["checks"]["redis"]["status"] == "fail"

    wait_until(seen)
    assert healthz(with_redis)[1]["checks"]["database"]["status"] == "pass"


def test_head_sends_no_body_over_the_wire(running_service: StartService) -> None:
    """HEAD leaves the line clean: the next answer on it is the next answer."""
    with running_service().client(key=None) as client:
        for path in ("/healthz", "/livez", "/readyz", "/metrics", "/api/schema/"):
            assert client.head(path).content == b""
            assert client.get("/livez").json() == {"status": "pass"}
