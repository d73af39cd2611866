"""What every test of the service stands on: its settings, its database, the real engines."""

import os
import signal
from collections.abc import Iterator
from dataclasses import fields

import pytest

from email_service.environment import Environment
from tests.engines.service import KEY, environment

pytest_plugins = ["tests.engines.fixtures", "tests.engines.kit"]


def _set_up_django() -> None:
    """Set up Django from the tests' own environment: a developer's must not change results."""
    given = {name: os.environ[name] for name in ("DATABASE_URL",) if name in os.environ}
    for variable in fields(Environment):
        os.environ.pop(variable.name.upper(), None)
    os.environ |= environment("sqlite:///var/tests.sqlite3") | given
    os.environ["DJANGO_SETTINGS_MODULE"] = "email_service.settings"
    import django

    django.setup()


# At import: pytest loads the conftests of the folders it is given before it configures.
_set_up_django()


def pytest_configure() -> None:
    """Heed the signals that a shell's `&` or nohup let a test run ignore: children inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the database, so that a second run can choose it on another engine."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & {"db", "transactional_db"} or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Keep SQLite's test database in a file: threads that share one in memory lock each other out.

    In memory, a reader meets "table is locked" at once, whatever the busy time-out.
    """
    from django.conf import settings

    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture
def service_key() -> str:
    """A key that the service of the tests knows."""
    return KEY


@pytest.fixture(autouse=True)
def _watches_stopped() -> Iterator[None]:
    """End what a test set watching: the next test's database is another."""
    yield
    from email_service.health.watches import stop_watching

    stop_watching()
