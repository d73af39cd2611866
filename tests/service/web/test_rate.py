"""CONTACT_RATE: it limits an address, costs a replay nothing, and fails open."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import RequestFactory
from redis import Redis

from email_service.notifications.models import RateWindow
from email_service.web import rate
from email_service.web.rate import client_address, network_of
from email_service.web.redis_windows import RedisWindows, redis_windows
from tests.service.factories import contact, notify
from tests.service.web.conftest import CONTACT, NOTIFY, Api, Configure, assert_problem, rows

DAY = 86_400
ID = "6f1f9bd2-4a1c-4c3e-9f0e-0a1b2c3d4e5f"


def _forget(client: Redis) -> None:
    """Delete the counters of earlier tests from the Redis that all tests share."""
    for key in client.keys("rate:contact:*"):
        client.delete(key)


@pytest.fixture(params=["database", "redis"])
def store(request: pytest.FixtureRequest, configure: Configure) -> str:
    """Where is counted: two messages per day and address."""
    url = ""
    if request.param == "redis":
        url = f"redis://127.0.0.1:{request.getfixturevalue('redis_port')}/7"
        _forget(redis_windows(url)._client)
    configure(contact_rate=(2, DAY), redis_url=url)
    return str(request.param)


@pytest.fixture
def limited(configure: Configure) -> None:
    """One message per day and address, counted in the database."""
    configure(contact_rate=(1, DAY))


@pytest.mark.usefixtures("store")
def test_the_limit_is_kept(api: Api) -> None:
    """What is over the rate is 429 with Retry-After, and nothing of it is kept."""
    statuses = [api.post(CONTACT, contact()).status_code for _ in range(2)]
    answer = api.post(CONTACT, contact(message_id=ID))
    assert statuses == [202, 202]
    assert_problem(answer, 429, "rate-limited")
    assert 1 <= int(answer["Retry-After"]) <= DAY
    assert rows() == (2, 2)


@pytest.mark.usefixtures("store")
def test_a_replay_is_free(api: Api) -> None:
    """A repeat is answered as ever, over the limit too, and takes nobody's place."""
    for _ in range(5):
        assert api.post(CONTACT, contact(message_id=ID)).status_code == 202
    assert api.post(CONTACT, contact()).status_code == 202
    assert api.post(CONTACT, contact()).status_code == 429
    assert api.post(CONTACT, contact(message_id=ID))["Idempotent-Replayed"] == "true"


@pytest.mark.usefixtures("store")
def test_addresses_are_counted_apart(api: Api) -> None:
    """One visitor's flood is not another's."""
    for _ in range(3):
        api.post(CONTACT, contact(), REMOTE_ADDR="192.0.2.1")
    assert api.post(CONTACT, contact(), REMOTE_ADDR="192.0.2.2").status_code == 202


@pytest.mark.usefixtures("limited")
def test_the_id_is_not_burnt(api: Api, configure: Configure) -> None:
    """A message that was refused is accepted under its id when there is room again."""
    api.post(CONTACT, contact())
    assert api.post(CONTACT, contact(message_id=ID)).status_code == 429
    configure(contact_rate=None)
    answer = api.post(CONTACT, contact(message_id=ID))
    assert answer.status_code == 202
    assert "Idempotent-Replayed" not in answer


@pytest.mark.usefixtures("limited")
def test_a_conflict_is_told_over_the_limit_too(api: Api) -> None:
    """Another message under a known id is 422, not 429."""
    api.post(CONTACT, contact(message_id=ID))
    answer = api.post(CONTACT, contact(message_id=ID, name="Eva"))
    assert_problem(answer, 422, "idempotency-key-reused")


@pytest.mark.usefixtures("limited")
def test_invalid_messages_do_not_count(api: Api) -> None:
    """A visitor who mistypes has not written yet."""
    for _ in range(3):
        assert api.post(CONTACT, contact(email="nobody")).status_code == 400
    assert api.post(CONTACT, contact()).status_code == 202


@pytest.mark.usefixtures("limited")
def test_services_are_not_limited(api: Api) -> None:
    """CONTACT_RATE is the form's; a key has no rate."""
    assert {api.post(NOTIFY, notify()).status_code for _ in range(3)} == {202}


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_a_header_does_not_dodge_the_limit(api: Api, header: str) -> None:
    """Row 36: with no proxies the peer counts, whatever it says about itself."""
    statuses = [
        api.post(CONTACT, contact(), headers={header: f"198.51.100.{n}"}).status_code
        for n in range(3)
    ]
    assert statuses == [202, 429, 429]


def test_without_a_rate_nothing_is_counted(api: Api) -> None:
    """The default is no limit, and no row for it."""
    assert {api.post(CONTACT, contact()).status_code for _ in range(5)} == {202}
    assert not RateWindow.objects.exists()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (5, "203.0.113.9, 10.0.0.1", "203.0.113.9"),
    ],
)
def test_the_address_behind_proxies(
    configure: Configure, proxies: int, forwarded: str | None, expected: str
) -> None:
    """NUM_PROXIES=n believes the n last entries of X-Forwarded-For, none that a client wrote."""
    configure(num_proxies=proxies)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")
    assert client_address(request) == expected


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("nonsense", "unknown"),
        ("", "unknown"),
    ],
)
def test_what_counts_as_one_sender(address: str, network: str) -> None:
    """An IPv4 address is one sender, and so is a /64 of IPv6: one customer has all of it."""
    assert network_of(address) == network


@pytest.mark.usefixtures("limited")
def test_a_broken_table_lets_messages_pass(
    api: Api, monkeypatch: pytest.MonkeyPatch, lines: list[dict[str, Any]]
) -> None:
    """Row 35: where counting fails, the message is accepted and the log says so."""

    def fail(*_: Any) -> bool:
        raise OperationalError

    monkeypatch.setattr(rate, "_counted_in_database", fail)
    assert {api.post(CONTACT, contact()).status_code for _ in range(3)} == {202}
    assert [line["event"] for line in lines].count("rate.unavailable") == 3


def test_a_redis_that_is_down_lets_messages_pass(
    api: Api, configure: Configure, lines: list[dict[str, Any]]
) -> None:
    """Row 35: a Redis that refuses connections limits nobody and stops nobody."""
    configure(contact_rate=(1, DAY), redis_url=f"redis://127.0.0.1:1/{uuid4().int % 10}")
    assert {api.post(CONTACT, contact()).status_code for _ in range(3)} == {202}
    errors = [line["error"] for line in lines if line["event"] == "rate.unavailable"]
    assert errors == ["ConnectionError", "RedisPaused", "RedisPaused"]


def test_windows_that_are_over_are_swept(api: Api, configure: Configure) -> None:
    """The table holds the present windows only: an address is not kept longer than needed."""
    RateWindow.objects.create(address="192.0.2.1", ends_at=1, messages=9)
    configure(contact_rate=(5, DAY))
    api.post(CONTACT, contact())
    assert list(RateWindow.objects.values_list("messages", flat=True)) == [1]


def test_redis_forgets_with_the_window(redis_port: int) -> None:
    """A counter in Redis dies when its window ends."""
    client = redis_windows(f"redis://127.0.0.1:{redis_port}/7")._client
    _forget(client)
    assert RedisWindows(client).admit("192.0.2.1", 9_999_999_999, 1)
    assert not RedisWindows(client).admit("192.0.2.1", 9_999_999_999, 1)
    (key,) = client.keys("rate:contact:*")
    assert client.expiretime(key) == 10_000_000_000
