"""A network that can fall silent, between psycopg2 and a real PostgreSQL."""

from collections.abc import Callable, Iterator

import psycopg2
import pytest
from psycopg2 import extensions

from email_service.database import waiting
from labs.runner.gates import Gate
from tests.engines.fixtures import OpenGate
from tests.engines.postgres import Postgres


@pytest.fixture
def silences() -> Iterator[list[str]]:
    """Deadlines installed for this test; one entry per alarm they raised."""
    heard: list[str] = []
    before = extensions.get_wait_callback()
    waiting.install(on_silence=lambda: heard.append("silent"))
    yield heard
    extensions.set_wait_callback(before)


@pytest.fixture
def network(postgres: Postgres, tcp_gate: OpenGate) -> Gate:
    """The network before PostgreSQL."""
    return tcp_gate(postgres.port)


@pytest.fixture
def connect(
    postgres: Postgres, network: Gate, silences: list[str]
) -> Iterator[Callable[[], extensions.connection]]:
    """Opens connections through the network, with deadlines."""
    opened: list[extensions.connection] = []

    def through_network() -> extensions.connection:
        opened.append(psycopg2.connect(postgres.url_of("postgres", port=network.port)))
        return opened[-1]

    yield through_network
    for connection in opened:
        connection.close()
