"""The environment: typed, documented, and refused with the key's name when it is wrong."""

from dataclasses import fields
from pathlib import Path

import pytest

from email_service.environment import Environment, WrongSetting, read

EXAMPLE = Path(__file__).resolve().parents[3] / ".env.example"


def documented() -> dict[str, str]:
    """The variables of `.env.example`."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name: value for name, _, value in pairs}


def test_the_example_names_every_variable() -> None:
    """`.env.example` and the code know the same variables."""
    assert set(documented()) == {spec.name.upper() for spec in fields(Environment)}


def test_the_example_is_the_default() -> None:
    """A copy of `.env.example` changes nothing."""
    assert read(documented()) == read({})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("PORT", "0"),
        ("PORT", "eighty"),
        ("EMAIL_TRANSPORT", "pigeon"),
        ("EMAIL_RETRY_DELAY", "-1"),
        ("EMAIL_RETRY_BACKOFF", "0.5"),
        ("EMAIL_USE_TLS", "perhaps"),
        ("CONTACT_RECIPIENT", "nobody"),
        ("CONTACT_RATE", "many"),
        ("CORS_ALLOWED_ORIGINS", "*"),
        ("DATABASE_URL", "mysql://x"),
        ("REDIS_URL", "http://x"),
        ("SERVICE_API_KEYS", "name:secret"),
    ],
)
def test_a_wrong_value_is_refused_by_name(key: str, value: str) -> None:
    """A value that cannot work stops the start, and the error names the variable."""
    with pytest.raises(WrongSetting) as refused:
        read({key: value})
    assert key in str(refused.value)


def test_a_secret_is_not_repeated() -> None:
    """The error about a key or a URL does not show it."""
    with pytest.raises(WrongSetting) as refused:
        read({"SERVICE_API_KEYS": "blog:my-secret-key"})
    assert "my-secret-key" not in str(refused.value)


def test_empty_is_absent() -> None:
    """An empty variable means the default."""
    assert read({"EMAIL_PORT": ""}) == read({})


@pytest.mark.parametrize("readme", ["README.md", "README.es.md"])
def test_the_readme_lists_every_variable_with_its_default(readme: str) -> None:
    """The configuration table of either language is `.env.example`'s list."""
    lines = (EXAMPLE.parent / readme).read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip(" `") for cell in line.split("|")] for line in lines]
    table = {row[1]: row[2] for row in cells if len(row) == 5 and row[1].isupper()}
    assert table == documented()
