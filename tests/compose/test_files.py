"""What the compose files promise, read from them as compose understands them."""

import json
from typing import Any

import pytest

from tests.compose.stack import FORMS, ComposeFailed, Stack, docker

OURS = {"email-service", "dispatcher", "worker", "mock-smtp"}
PUBLISHED = {("email-service", 8002), ("mock-smtp", 1025), ("mock-smtp", 8025)}


@pytest.fixture(params=FORMS)
def services(env_made: Stack, request: pytest.FixtureRequest) -> dict[str, dict[str, Any]]:
    """The services of one form."""
    told = env_made.compose("--profile", "*", "config", "--format", "json", form=request.param)
    found: dict[str, dict[str, Any]] = json.loads(told)["services"]
    return found


def test_every_service_comes_back_and_tells_its_health(services: dict[str, dict[str, Any]]) -> None:
    """A restart policy for all; a health check in the file, or for the web part in the image."""
    for name, service in services.items():
        assert service["restart"] == "unless-stopped"
        assert "healthcheck" in service or name == "email-service"
        assert service.get("stop_grace_period") == "35s" or name == "redis"
        conditions = {one["condition"] for one in service.get("depends_on", {}).values()}
        assert conditions <= {"service_healthy"}


def test_every_image_has_a_version(services: dict[str, dict[str, Any]]) -> None:
    """No `latest`, said or implied."""
    tags = {service["image"].partition(":")[2] for service in services.values()}
    assert not tags & {"", "latest"}


def test_only_this_machine_reaches_the_ports(services: dict[str, dict[str, Any]]) -> None:
    """The three documented doors, on 127.0.0.1."""
    doors = [(name, door) for name, one in services.items() for door in one.get("ports", [])]
    assert {(name, door["target"]) for name, door in doors} == PUBLISHED
    assert {door["host_ip"] for _, door in doors} == {"127.0.0.1"}


def test_no_container_holds_the_plain_key(services: dict[str, dict[str, Any]]) -> None:
    """Only its hash is passed on, and the inbox gets no secret at all."""
    assert not any("SERVICE_KEY" in one.get("environment", {}) for one in services.values())
    assert "environment" not in services["mock-smtp"]


def test_ours_are_locked_down(services: dict[str, dict[str, Any]]) -> None:
    """No capabilities, nothing gained by setuid, nothing written beside volumes and /tmp."""
    for name in OURS & set(services):
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["security_opt"] == ["no-new-privileges:true"]
        assert services[name]["read_only"]


def test_the_default_ports_are_the_documented_ones(env_made: Stack) -> None:
    """Without any variable: 8002, 1025, 8025."""
    told = json.loads(_config(str(env_made.env_file)))["services"]
    doors = [door for one in told.values() for door in one.get("ports", [])]
    assert {int(door["published"]) for door in doors} == {target for _, target in PUBLISHED}


def test_without_secrets_the_cure_is_named(engine: None) -> None:
    """Before `kit.py env`: compose refuses and tells what to run."""
    with pytest.raises(ComposeFailed, match=r"kit\.py env"):
        _config("/dev/null")


def _config(env_file: str) -> str:
    """The plain form as compose reads it with these variables."""
    return docker("compose", "--env-file", env_file, *FORMS["plain"], "config", "--format", "json")
