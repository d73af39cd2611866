"""Whatever goes wrong, programs read application/problem+json; HTML is for /admin alone."""

from typing import Any

import pytest
from django.db import DataError, InterfaceError, OperationalError

from email_service.notifications import outbox
from tests.service.factories import contact
from tests.service.web.conftest import CONTACT, MESSAGES, NOTIFY, Api, assert_problem, rows

PATHS = [CONTACT, NOTIFY, MESSAGES, MESSAGES + "6f1f9bd2-4a1c-4c3e-9f0e-0a1b2c3d4e5f", "/healthz",
         "/livez", "/readyz", "/metrics", "/api/schema/", "/api/docs/"]  # fmt: skip
NOWHERE = ["/", "/nothing", "/api/", "/api/contact/x", "/.env", "/api//contact/",
           "/static/nothing.js", "/%ff", "/api/messages/a/b/c"]  # fmt: skip
NOT_JSON = ["text/html", "image/png", "application/xml", "text/*", "application/json;q=0",
            "*/*;q=0", "application/*;q=0, text/html"]  # fmt: skip


def failing(error: Exception) -> Any:
    """A function that raises `error`."""

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise error

    return fail


@pytest.mark.parametrize("path", NOWHERE)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path(api: Api, method: str, path: str) -> None:
    """A path that is nobody's is 404 problem+json for every method."""
    assert_problem(api.call(method, path), 404, "not-found")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "QUERY", "BREW"])
def test_a_wrong_method(api: Api, method: str, path: str) -> None:
    """405 names the methods that there are."""
    answer = api.call(method, path)
    assert_problem(answer, 405, "method-not-allowed")
    assert "OPTIONS" in answer["Allow"]


@pytest.mark.parametrize("path", [CONTACT, NOTIFY])
def test_get_where_only_post_is(api: Api, path: str) -> None:
    """The accepting endpoints have nothing to read."""
    answer = api.get(path)
    assert_problem(answer, 405, "method-not-allowed")
    assert answer["Allow"] == "POST, OPTIONS"


@pytest.mark.parametrize("path", [CONTACT, NOTIFY, MESSAGES])
def test_options_needs_no_key(api: Api, path: str) -> None:
    """OPTIONS names the methods, to anybody, without a body."""
    answer = api._client.options(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "OPTIONS" in answer["Allow"]


def test_head_is_get_without_its_body(api: Api) -> None:
    """HEAD answers what GET would, less the body."""
    answer = api.call("HEAD", MESSAGES)
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_host_that_is_not_ours(api: Api) -> None:
    """A Host outside ALLOWED_HOSTS is 400, as a problem."""
    assert_problem(api.get(MESSAGES, headers={"Host": "evil.example"}), 400, "malformed")


@pytest.mark.parametrize("accept", NOT_JSON)
def test_accept_that_excludes_json(api: Api, accept: str) -> None:
    """Who cannot read JSON is told so, and nothing is kept."""
    answer = api.post(CONTACT, contact(), headers={"Accept": accept})
    assert_problem(answer, 406, "not-acceptable")
    assert rows() == (0, 0)


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/json",
        "APPLICATION/JSON",
        "application/*",
        "application/json; charset=utf-8",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "application/problem+json",
        "text/html;q=0.5, application/json;q=0.1",
        "application/json;q=nonsense",
        ",,,",
        ";;;, */*",
    ],
)
def test_accept_that_allows_json(api: Api, accept: str) -> None:
    """Browsers, curl and careless headers are served."""
    assert api.post(CONTACT, contact(), headers={"Accept": accept}).status_code == 202


@pytest.mark.parametrize(
    "error", [OperationalError("database is locked"), InterfaceError("closed")]
)
def test_a_database_that_is_down_is_503(
    api: Api, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """503 with Retry-After, no word of the cause, nothing half-done."""
    monkeypatch.setattr(outbox, "accept", failing(error))
    answer = api.post(CONTACT, contact())
    problem = assert_problem(answer, 503, "unavailable")
    assert int(answer["Retry-After"]) >= 1
    assert str(error) not in str(problem)
    assert rows() == (0, 0)


def test_our_own_fault_is_a_problem_too(
    api: Api, monkeypatch: pytest.MonkeyPatch, lines: list[dict[str, Any]]
) -> None:
    """A bug is 500 problem+json for the caller, and a traceback inside one line for us."""
    monkeypatch.setattr(outbox, "accept", failing(DataError("secret")))
    problem = assert_problem(api.post(CONTACT, contact()), 500, "internal")
    assert "secret" not in str(problem)
    failed = next(line for line in lines if line["event"] == "request.failed")
    assert failed["error"] == "DataError: secret"
    assert failed["exception"].startswith("Traceback")
    assert failed["request_id"] == problem["instance"]


def test_admin_speaks_html(api: Api) -> None:
    """People who are lost in the admin see a page."""
    answer = api.get("/admin/nothing/")
    assert answer["Content-Type"].startswith("text/html")
