"""A Docker engine or a named skip; then each form of the composed kit, from nothing."""

from collections.abc import Iterator

import pytest

from kit_commands.programs import require
from tests.compose.stack import Stack, docker_answers, stack


@pytest.fixture(scope="session")
def engine() -> None:
    """A Docker engine that answers."""
    require("docker", found=docker_answers(), cure="install Docker with compose v2, and start it")


@pytest.fixture(scope="session")
def env_made(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that nobody brings up: its files can be read."""
    with stack(tmp_path_factory.mktemp("files")) as made:
        yield made


@pytest.fixture(scope="module")
def plain(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The plain form, built and up from nothing."""
    yield from _up_from_nothing("plain", tmp_path_factory)


@pytest.fixture(scope="module")
def celery(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The form with Celery, built and up from nothing."""
    yield from _up_from_nothing("celery", tmp_path_factory)


def _up_from_nothing(form: str, folders: pytest.TempPathFactory) -> Iterator[Stack]:
    """One command, as a reader types it."""
    with stack(folders.mktemp(form)) as made:
        made.up(form, "--build")
        yield made
