"""`openapi.yaml` is what the service does: generated, committed, and readable offline."""

import re
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from email_service.notifications.serializers.addresses import ADDRESS
from email_service.notifications.serializers.rules import UUID_RULE
from tests.service.web.conftest import Api

COMMITTED = Path(__file__).parents[3] / "openapi.yaml"


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    """The committed document."""
    document: dict[str, Any] = yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))
    return document


def operations(contract: dict[str, Any]) -> list[dict[str, Any]]:
    """Every operation of the document."""
    return [operation for path in contract["paths"].values() for operation in path.values()]


def test_the_document_has_not_drifted() -> None:
    """What is generated now, without a warning, is what is committed."""
    out = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    assert out.getvalue().strip() == COMMITTED.read_text(encoding="utf-8").strip()


def test_the_service_shows_the_same_document(api: Api, contract: dict[str, Any]) -> None:
    """/api/schema/ is the committed document, as YAML and as JSON."""
    shown = api.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert shown.json() == contract
    assert yaml.safe_load(api.get("/api/schema/").content) == contract


def test_each_path_is_listed_in_one_form(contract: dict[str, Any]) -> None:
    """The forms are those of the contract's table."""
    assert set(contract["paths"]) == {
        "/api/contact/",
        "/api/notify/",
        "/api/messages/",
        "/api/messages/{message_id}",
        "/api/messages/{message_id}/replay/",
        "/healthz",
        "/livez",
        "/readyz",
        "/metrics",
    }


def test_every_error_is_a_problem(contract: dict[str, Any]) -> None:
    """Errors of the API are application/problem+json with the one schema."""
    for path, item in contract["paths"].items():
        for status, answer in next(iter(item.values()))["responses"].items():
            if path.startswith("/api/") and int(status) >= 400:
                schema = answer["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}


def test_every_answer_has_its_headers(contract: dict[str, Any]) -> None:
    """X-Request-ID everywhere, Retry-After where to come again, Location and its links on a 202."""
    for operation in operations(contract):
        for status, answer in operation["responses"].items():
            assert "X-Request-ID" in answer["headers"]
            if status in {"409", "429"}:
                assert "Retry-After" in answer["headers"]
            if status == "202":
                assert "Location" in answer["headers"]
                assert set(answer["links"]) == {"GetMessage", "ReplayMessage"}


def test_links_lead_somewhere(contract: dict[str, Any]) -> None:
    """The links from a 202 name operations that exist."""
    names = {operation["operationId"] for operation in operations(contract)}
    assert {"messages_retrieve", "messages_replay"} <= names


def test_services_are_told_to_bring_a_key(contract: dict[str, Any]) -> None:
    """Bearer on notify and messages; contact and the probes are public."""
    closed = {path for path, item in contract["paths"].items()
              if next(iter(item.values())).get("security") == [{"serviceKey": []}]}  # fmt: skip
    assert closed == {path for path in contract["paths"] if "notify" in path or "messages" in path}
    assert contract["components"]["securitySchemes"]["serviceKey"]["scheme"] == "bearer"


@pytest.mark.parametrize("name", ["ContactRequest", "NotifyRequest"])
def test_fields_show_the_rule_they_keep(contract: dict[str, Any], name: str) -> None:
    """Each field's pattern is an expression, and the one that validates."""
    fields = contract["components"]["schemas"][name]["properties"]
    for field in fields.values():
        assert re.compile(field["pattern"])
        assert field["maxLength"]
    assert fields["message_id"]["pattern"] == UUID_RULE.pattern
    assert fields.get("email", fields.get("to"))["pattern"] == ADDRESS.pattern


def test_the_docs_load_nothing_from_elsewhere(api: Api) -> None:
    """The page and all it loads come from this service."""
    page = api.get("/api/docs/").content.decode()
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(loaded) >= 4
    for url in loaded:
        assert url.startswith("/")
        with closing(api.get(url.replace("&amp;", "&"))) as answer:
            assert answer.status_code == 200


def test_the_docs_run_no_inline_script(api: Api) -> None:
    """The policy of the page forbids inline scripts, and the page has none."""
    answer = api.get("/api/docs/")
    assert "script-src" not in answer["Content-Security-Policy"]
    assert not re.findall(r"<script(?![^>]*\bsrc=)", answer.content.decode())


def test_the_docs_are_html_for_a_browser(api: Api) -> None:
    """A browser's Accept gets the page."""
    answer = api.get("/api/docs/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
