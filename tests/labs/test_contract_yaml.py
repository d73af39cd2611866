"""Each `contract.yaml`: valid OpenAPI, growing, and never more than `openapi.yaml` keeps."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from schemathesis.specs.openapi.definitions import OPENAPI_30_VALIDATOR

from labs.runner.texts.contract import LABS, contract

ROOT = LABS.parent
STAGES = list(contract())
METHODS = ("get", "put", "post", "delete", "options", "head", "patch")


def _document(path: Path) -> dict[str, Any]:
    """An OpenAPI document."""
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


def _of(stage: str) -> dict[str, Any]:
    """What a stage demands."""
    return _document(LABS / stage / "contract.yaml")


def _operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Operations by path and method."""
    return {
        (path, method): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


@pytest.mark.parametrize("stage", STAGES)
def test_it_is_openapi(stage: str) -> None:
    """As the program that will read it checks it."""
    assert not [str(error) for error in OPENAPI_30_VALIDATOR.iter_errors(_of(stage))]


@pytest.mark.parametrize(("earlier", "later"), list(pairwise(STAGES)))
def test_stages_only_add(earlier: str, later: str) -> None:
    """Every operation and every code of a stage is there in the next one."""
    before, after = _operations(_of(earlier)), _operations(_of(later))
    assert before.keys() <= after.keys()
    for operation, told in before.items():
        assert told["responses"].keys() <= after[operation]["responses"].keys()


@pytest.mark.parametrize("stage", STAGES)
def test_operations_are_those_of_the_kit(stage: str) -> None:
    """The same paths, methods and operation ids as in `openapi.yaml`, fewer of them."""
    kit = _operations(_document(ROOT / "openapi.yaml"))
    for operation, demanded in _operations(_of(stage)).items():
        assert demanded["operationId"] == kit[operation]["operationId"]


def test_the_last_stage_allows_what_the_kit_answers() -> None:
    """Every code of `openapi.yaml` falls under one that the last stage declares."""
    kit = _operations(_document(ROOT / "openapi.yaml"))
    for operation, demanded in _operations(_of(STAGES[-1])).items():
        declared = demanded["responses"].keys()
        for code in kit[operation]["responses"]:
            assert {code, f"{code[0]}XX"} & declared, (operation, code)


@pytest.mark.parametrize("stage", STAGES)
def test_objects_are_open(stage: str) -> None:
    """A student's own members are welcome everywhere."""
    for schema in _of(stage).get("components", {}).get("schemas", {}).values():
        assert schema["additionalProperties"] is True
