"""The description of our own API and the routes say the same."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from starlette.routing import Route

import mock_smtp.api.v2 as v2
from mock_smtp.smtp.faults import ACTIONS, STAGES
from mock_smtp.testing import StartedInbox
from tests.inbox.conftest import Send
from tests.inbox.test_faults import code_of

DESCRIBED: dict[str, Any] = yaml.safe_load(
    (Path(v2.__file__).parent / "openapi.yaml").read_text("utf-8")
)


def test_every_route_is_described_and_every_description_is_a_route() -> None:
    """Paths and methods of openapi.yaml are exactly those that are answered."""
    routes = {
        (route.path, method.lower())
        for route in v2.routes()
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    described = {
        (path, method)
        for path, operations in DESCRIBED["paths"].items()
        for method in operations
        if re.fullmatch("get|put|post|delete", method)
    }
    assert routes == described


def schema(name: str) -> dict[str, Any]:
    """One schema of the description, references included."""
    return {"$ref": f"#/components/schemas/{name}", "components": DESCRIBED["components"]}


def test_answers_have_the_shapes_described(inbox: StartedInbox, send: Send) -> None:
    """A fault, an attempt and a transcript's line are what openapi.yaml says."""
    inbox.add_fault("data", "delay", seconds=0.01)
    fault = inbox.json("POST", "/api/v2/faults", {"stage": "data", "action": "reply", "times": 0})
    jsonschema.validate(fault, schema("Fault"))
    code_of(send)
    for attempt in inbox.attempts():
        jsonschema.validate(attempt, schema("Attempt"))
    for line in inbox.transcript()["lines"]:
        jsonschema.validate(line, schema("Line"))


def test_scripts_and_their_schema_agree() -> None:
    """Stages and actions of the description are those of the code."""
    script = DESCRIBED["components"]["schemas"]["Script"]["properties"]
    assert script["stage"]["enum"] == list(STAGES)
    assert script["action"]["enum"] == list(ACTIONS)
