"""A client as callers are: JSON in, JSON out; and the lines that the service logs meanwhile."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from email_service.notifications.models import ContactMessage, NotificationLog
from email_service.utils.logger import EventFormatter

CONTACT = "/api/contact/"
NOTIFY = "/api/notify/"
MESSAGES = "/api/messages/"


class Api:
    """Calls the service with a key, unless told otherwise, and reads what it answers."""

    def __init__(self, key: str) -> None:
        # A crash is an answer too: tests look at the 500, as callers would.
        self._client = Client(raise_request_exception=False)
        self._key = {"Authorization": f"Bearer {key}"}

    def post(
        self,
        path: str,
        body: Any = b"",
        *,
        headers: dict[str, str] | None = None,
        content_type: str = "application/json",
        key: bool = True,
        **environ: Any,
    ) -> HttpResponse:
        """POST `body`: bytes as they are, everything else as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {**(self._key if key else {}), **(headers or {})}
        return self._client.post(path, data, content_type=content_type, headers=sent, **environ)

    def get(self, path: str, *, headers: dict[str, str] | None = None, key: bool = True,
            **environ: Any) -> HttpResponse:  # fmt: skip
        """GET."""
        sent = {**(self._key if key else {}), **(headers or {})}
        return self._client.get(path, headers=sent, **environ)

    def call(self, method: str, path: str, **environ: Any) -> HttpResponse:
        """Any method, without a body."""
        return self._client.generic(method, path, headers=self._key, **environ)


class Configure(Protocol):
    """Changes the environment for the rest of the test: `configure(contact_rate=(1, 60))`."""

    def __call__(self, **changes: Any) -> None:
        """Fields of Environment, by name."""


@pytest.fixture
def api(service_key: str, db: None) -> Api:
    """The service, with the test's database."""
    return Api(service_key)


@pytest.fixture
def configure(settings: Settings) -> Configure:
    """The service's environment, to change."""

    def change(**changes: Any) -> None:
        settings.ENVIRONMENT = replace(django_settings.ENVIRONMENT, **changes)

    return change


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """Every line logged during the test, as a log store would read it."""
    found: list[dict[str, Any]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(json.loads(EventFormatter().format(record)))

    root, keep = logging.getLogger(), Keep()
    level = root.level
    root.addHandler(keep)
    root.setLevel(logging.DEBUG)
    yield found
    root.removeHandler(keep)
    root.setLevel(level)


def rows() -> tuple[int, int]:
    """How many contact messages and how many mails are kept."""
    return ContactMessage.objects.count(), NotificationLog.objects.count()


def assert_problem(answer: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """Assert that this is that problem, whole and as RFC 9457 wants it; returns it."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = json.loads(answer.content)
    assert problem["code"] == code
    assert problem["status"] == status
    assert {"type", "title", "detail", "instance"} <= problem.keys()
    assert problem["instance"] == answer["X-Request-ID"]
    return problem
