"""`kit.py up --transport celery` with Docker: Redis is in a container as long as `up` runs."""

import os
from uuid import uuid4

import psutil

from kit_commands.redis_ways import IMAGE
from mock_smtp.client import wait_until
from tests.compose.stack import docker
from tests.engines.kit import StartKit, notify

_LISTED = "--filter", f"ancestor={IMAGE}", "--format", "{{.ID}} {{.Ports}}"


def test_redis_in_docker(engine: None, start_kit: StartKit) -> None:
    """A mail arrives through it; after kill -9 of `up` no container is left."""
    others = containers()
    kit = start_kit(EMAIL_TRANSPORT="celery", **_docker())
    [ours] = containers() - others
    assert "127.0.0.1:" in ours
    with kit.client() as client:
        message_id = notify(client, uuid4())
    kit.inbox.wait_for(f"message-id:{message_id}", timeout=30)
    psutil.Process(kit.pid).kill()
    wait_until(lambda: ours not in containers(), timeout=30, pause=0.5)


def containers() -> set[str]:
    """The running containers of that image, each with its ports."""
    return set(docker("ps", *_LISTED).splitlines())


def _docker() -> dict[str, str]:
    """The variables by which docker finds its engine."""
    return {name: value for name, value in os.environ.items() if name.startswith("DOCKER_")}
