"""The environment that makes the parts one system."""

import hashlib
from pathlib import Path

import dj_database_url
import pytest

from kit_commands import parts
from kit_commands.folder import Folder
from kit_commands.parts import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """What `up` is asked by default, in a folder with a difficult name."""
    folder = Folder(tmp_path / "Ñandú y café (1) 100%?")
    folder.path.mkdir()
    return Settings(port=8002, inbox_port=8025, smtp_port=1025, transport="smtp", folder=folder)


def test_the_database_is_a_file_of_the_folder(settings: Settings) -> None:
    """Spaces, accents and signs in the folder's name survive the URL."""
    url = parts.environment(settings, {})["DATABASE_URL"]
    assert dj_database_url.parse(url)["NAME"] == str(settings.folder.service)


def test_the_service_knows_the_key_by_its_hash_alone(settings: Settings) -> None:
    """SERVICE_API_KEYS holds the caller's name and the hash of DATA/service.key."""
    hashed = hashlib.sha256(settings.folder.service_key().encode()).hexdigest()
    assert parts.environment(settings, {})["SERVICE_API_KEYS"] == f"kit:{hashed}"


def test_the_users_own_mail_settings_pass_through(settings: Settings) -> None:
    """EMAIL_* and CONTACT_* of the calling shell win over the embedded defaults."""
    theirs = {"EMAIL_HOST": "mail.example", "CONTACT_RECIPIENT": "me@mail.example"}
    assert parts.environment(settings, theirs).items() >= theirs.items()


def test_the_embedded_defaults_hold_against_the_rest(settings: Settings) -> None:
    """Another project's database, settings module or open door do not leak in."""
    theirs = {"DATABASE_URL": "postgres://x/y", "DJANGO_SETTINGS_MODULE": "z", "ALLOW_OPEN": "1"}
    made = parts.environment(settings, theirs)
    assert made["DATABASE_URL"].startswith("sqlite:")
    assert made["DJANGO_SETTINGS_MODULE"] == "email_service.settings"
    assert "ALLOW_OPEN" not in made


def test_an_empty_variable_counts_as_none(settings: Settings) -> None:
    """`EMAIL_HOST= kit.py up` sends to the inbox."""
    assert parts.environment(settings, {"EMAIL_HOST": ""})["EMAIL_HOST"] == "127.0.0.1"


def test_celery_adds_a_worker(settings: Settings) -> None:
    """Only with --transport celery is there a worker beside the dispatcher."""
    celery = Settings(**{**vars(settings), "transport": "celery"})
    assert [part.name for part in parts.delivery(settings, {})] == ["deliver"]
    assert [part.name for part in parts.delivery(celery, {})] == ["deliver", "worker"]
