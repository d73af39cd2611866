"""What the image holds, and what it does not."""

import json

import pytest

from tests.compose.stack import Stack, docker

IMAGE = "email-service-kit:local"
TOOLS = ["gcc", "cc", "g++", "make", "uv", "git", "curl"]
PACKAGES = ["pytest", "mypy", "ruff", "schemathesis", "hypothesis", "playwright", "factory"]


@pytest.fixture(scope="module")
def image(env_made: Stack) -> str:
    """The name of the image, built as compose builds it."""
    env_made.compose("build", "email-service")
    return IMAGE


def inside(image: str, *command: str) -> str:
    """What a command prints in a fresh container."""
    return docker("run", "--rm", "--network", "none", image, *command)


def test_nobody_is_root(image: str) -> None:
    """The user is no root, and cannot change the code it runs."""
    assert inside(image, "id", "-u").strip() == "10001"
    assert inside(image, "sh", "-c", "test -w /app || test -w /opt/venv || echo no") == "no\n"


def test_no_compiler_and_no_test_tools(image: str) -> None:
    """What only builds or tests stays outside."""
    found = inside(image, "sh", "-c", f"command -v {' '.join(TOOLS)} || true")
    asked = f"import importlib.util as u; print([p for p in {PACKAGES} if u.find_spec(p)])"
    assert found == ""
    assert inside(image, "python", "-c", asked) == "[]\n"


def test_only_what_runs_is_inside(image: str) -> None:
    """No course, no tests, no `.env`."""
    parts = {"email_service", "mock_smtp", "manage.py", "openapi.yaml", "start.sh", "healthy.py"}
    assert set(inside(image, "ls", "-A", "/app").split()) == parts


def test_the_command_chooses_the_part(image: str) -> None:
    """Without a word the web part, which the image's own health check asks; else any command."""
    [found] = json.loads(docker("image", "inspect", image))
    assert found["Config"]["Cmd"] == ["web"]
    assert found["Config"]["Healthcheck"]["Test"][-1] == "web"
    assert found["Config"]["User"] == "app"
    assert "MOCK_SMTP" in inside(image, "inbox", "--help")
