"""Who may call: a key for services, this machine alone with ALLOW_OPEN, and nobody by oversight."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from django.conf import settings

from email_service.environment import WrongSetting
from email_service.web.keys import caller_named_by, require_a_door
from tests.service.factories import contact, notify
from tests.service.web.conftest import (
    CONTACT,
    MESSAGES,
    NOTIFY,
    Api,
    Configure,
    assert_problem,
    rows,
)

KEYS = {sha256(b"one").hexdigest(): "blog", sha256(b"two").hexdigest(): "auth"}
ONE_MESSAGE = MESSAGES + "6f1f9bd2-4a1c-4c3e-9f0e-0a1b2c3d4e5f"
CLOSED = [
    ("POST", NOTIFY),
    ("GET", MESSAGES),
    ("GET", ONE_MESSAGE),
    ("POST", ONE_MESSAGE + "/replay/"),
]
LOCAL: dict[str, Any] = {"headers": {"Host": "localhost:8002"}, "key": False}


@pytest.fixture
def open_service(configure: Configure) -> None:
    """A service without keys, with ALLOW_OPEN=1."""
    configure(service_api_keys={}, allow_open=True)


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_services_need_a_key(api: Api, method: str, path: str) -> None:
    """Without a key: 401 with a challenge, and nothing is kept."""
    answer = api._client.generic(method, path, b"{}", content_type="application/json")
    assert_problem(answer, 401, "unauthenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer ")
    assert rows() == (0, 0)


@pytest.mark.parametrize("credentials", ["Bearer wrong", "Bearer", "Bearer ", "", "wrong",
                                         "Basic dGVzdHM6eA==", "Bearer tests", "Token one",
                                         "Bearer \u00f1\u00ff"])  # fmt: skip
def test_a_key_must_be_known(api: Api, credentials: str) -> None:
    """Whatever is no known key, in whatever form, is 401."""
    answer = api.post(NOTIFY, notify(), headers={"Authorization": credentials})
    assert_problem(answer, 401, "unauthenticated")


def test_the_hash_is_no_key(api: Api) -> None:
    """Who read the configuration cannot call with what stands in it."""
    (digest,) = settings.ENVIRONMENT.service_api_keys
    answer = api.post(NOTIFY, notify(), headers={"Authorization": f"Bearer {digest}"})
    assert_problem(answer, 401, "unauthenticated")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_key_names_the_caller(scheme: str) -> None:
    """Each key stands for its service; the scheme compares without case (RFC 9110, 11.1)."""
    assert caller_named_by(f"{scheme} two", KEYS) == "auth"
    assert caller_named_by(f"{scheme} one", KEYS) == "blog"
    assert caller_named_by(f"{scheme} three", KEYS) is None


def test_the_form_is_public(api: Api) -> None:
    """Visitors have no key."""
    assert api.post(CONTACT, contact(), key=False).status_code == 202


def test_a_malformed_body_without_a_key_is_401(api: Api) -> None:
    """Who may not call learns nothing of what the call would have needed."""
    assert_problem(api.post(NOTIFY, b"{", key=False), 401, "unauthenticated")


@pytest.mark.usefixtures("open_service")
@pytest.mark.parametrize("host", ["localhost", "localhost:8002", "127.0.0.1:8002", "[::1]:8002"])
@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_open_to_this_machine(api: Api, host: str, peer: str) -> None:
    """ALLOW_OPEN=1: a loopback peer that asks a loopback host needs no key."""
    answer = api.post(NOTIFY, notify(), key=False, headers={"Host": host}, REMOTE_ADDR=peer)
    assert answer.status_code == 202


@pytest.mark.usefixtures("open_service")
@pytest.mark.parametrize(
    "peer", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "::ffff:192.0.2.1", "", "x"]
)
def test_closed_to_other_machines(api: Api, peer: str) -> None:
    """ALLOW_OPEN=1 never serves another machine without a key."""
    assert_problem(api.post(NOTIFY, notify(), **LOCAL, REMOTE_ADDR=peer), 403, "forbidden")
    assert rows() == (0, 0)


@pytest.mark.usefixtures("open_service")
@pytest.mark.parametrize("host", ["email-service", "testserver", "email-service:8002"])
def test_closed_to_other_names(api: Api, host: str) -> None:
    """A DNS name that was rebound to this machine opens nothing."""
    answer = api.post(NOTIFY, notify(), key=False, headers={"Host": host})
    assert_problem(answer, 403, "forbidden")


@pytest.mark.usefixtures("open_service")
@pytest.mark.parametrize(
    "header",
    ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"],
)
def test_closed_to_what_a_proxy_brings(api: Api, header: str) -> None:
    """A loopback peer that forwards for somebody else is not this machine's own."""
    sent = {"Host": "localhost", header: "127.0.0.1"}
    assert_problem(api.post(NOTIFY, notify(), key=False, headers=sent), 403, "forbidden")


@pytest.mark.usefixtures("open_service")
def test_a_wrong_key_is_wrong_on_this_machine_too(api: Api) -> None:
    """Who shows a key is held to it."""
    sent = {"Host": "localhost", "Authorization": "Bearer wrong"}
    assert_problem(api.post(NOTIFY, notify(), headers=sent), 401, "unauthenticated")


def test_a_web_start_needs_a_door() -> None:
    """Neither keys nor ALLOW_OPEN: the start stops, and names both."""
    bare = replace(settings.ENVIRONMENT, service_api_keys={}, allow_open=False)
    with pytest.raises(WrongSetting, match=r"SERVICE_API_KEYS.*ALLOW_OPEN"):
        require_a_door(bare)
    require_a_door(replace(bare, allow_open=True))
    require_a_door(replace(bare, service_api_keys=KEYS))
