"""Every path in both its forms, and the gate before those that need the database."""

import pytest

from email_service.database import gate
from tests.service.factories import NotificationLogFactory, contact, notify
from tests.service.web.conftest import CONTACT, MESSAGES, NOTIFY, Api, assert_problem, rows

READABLE = [
    "/api/messages",
    "/api/schema",
    "/api/docs",
    "/livez",
    "/readyz",
    "/healthz",
    "/metrics",
]
UNKNOWN = MESSAGES + "6f1f9bd2-4a1c-4c3e-9f0e-0a1b2c3d4e5f"


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("path", READABLE)
def test_reading_in_both_forms(api: Api, path: str, slash: str) -> None:
    """With and without the last slash: the answer itself, no redirect."""
    assert api.get(path + slash).status_code == 200


@pytest.mark.parametrize("slash", ["", "/"])
def test_posting_in_both_forms(api: Api, slash: str) -> None:
    """A POST keeps its body in either form."""
    row = NotificationLogFactory(failed=True)
    message = f"/api/messages/{row.message_id}"
    assert api.post(f"/api/contact{slash}", contact()).status_code == 202
    assert api.post(f"/api/notify{slash}", notify()).status_code == 202
    assert api.get(f"{message}{slash}").status_code == 200
    assert api.post(f"{message}/replay{slash}").status_code == 202


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", CONTACT), ("POST", NOTIFY), ("GET", MESSAGES), ("GET", UNKNOWN),
     ("POST", UNKNOWN + "/replay"), ("GET", "/admin/")],
)  # fmt: skip
def test_a_closed_gate_answers_at_once(
    api: Api, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    """While the database is known to be down: 503 with Retry-After, without asking it."""
    monkeypatch.setattr(gate, "closed", lambda: True)
    answer = api.call(method, path)
    assert_problem(answer, 503, "unavailable")
    assert int(answer["Retry-After"]) >= 1


def test_the_id_survives_a_closed_gate(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same message succeeds later, as a first one."""
    body = notify(message_id="6f1f9bd2-4a1c-4c3e-9f0e-0a1b2c3d4e5f")
    with monkeypatch.context() as closed:
        closed.setattr(gate, "closed", lambda: True)
        assert api.post(NOTIFY, body).status_code == 503
    assert rows() == (0, 0)
    assert "Idempotent-Replayed" not in api.post(NOTIFY, body)


@pytest.mark.parametrize("path", ["/livez", "/healthz", "/api/schema/", "/api/docs/"])
def test_the_gate_does_not_hide_what_needs_no_database(
    api: Api, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Probes and docs answer for themselves."""
    monkeypatch.setattr(gate, "closed", lambda: True)
    assert api.get(path)["Content-Type"] != "application/problem+json"
