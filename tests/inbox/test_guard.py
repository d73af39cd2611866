"""Who may ask page and API."""

import httpx
import pytest

from mock_smtp.testing import StartedInbox


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:1", "[::1]:8025", "mock-smtp", "127.8.9.1"]
)
def test_our_own_names_may_ask(inbox: StartedInbox, host: str) -> None:
    """Loopback names and addresses and mock-smtp are served, on any port."""
    assert httpx.get(f"{inbox.base_url}/api/v1/messages", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", ""])
@pytest.mark.parametrize("path", ["/", "/api/v1/messages", "/view/latest", "/static/page.css"])
def test_other_hosts_are_refused(inbox: StartedInbox, host: str, path: str) -> None:
    """A Host that is not ours is answered 403 on every path, so a rebound name reads nothing."""
    assert httpx.get(f"{inbox.base_url}{path}", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
def test_other_origins_are_refused(inbox: StartedInbox, origin: str) -> None:
    """A browser on a page elsewhere can neither read nor change anything."""
    for method, path in (("GET", "/api/v1/messages"), ("POST", "/api/v2/faults")):
        answer = httpx.request(method, inbox.base_url + path, headers={"Origin": origin})
        assert answer.status_code == 403


def test_our_own_page_may_ask(inbox: StartedInbox) -> None:
    """The Origin of the inbox's own page is served."""
    answer = httpx.get(f"{inbox.base_url}/api/v1/messages", headers={"Origin": inbox.base_url})
    assert answer.status_code == 200


def test_probes_are_open(inbox: StartedInbox) -> None:
    """Probes ask under any name."""
    for path in ("/livez", "/readyz"):
        answer = httpx.get(inbox.base_url + path, headers={"Host": "pod-7"})
        assert (answer.status_code, answer.text) == (200, "")
