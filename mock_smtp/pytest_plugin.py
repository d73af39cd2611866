"""A pytest fixture: `inbox`, empty and without faults at the start of every test.

Use it with `pytest_plugins = ["mock_smtp.pytest_plugin"]` or `-p mock_smtp.pytest_plugin`.
"""

from collections.abc import Iterator

import pytest

from mock_smtp.testing import StartedInbox, running_inbox


@pytest.fixture(scope="session")
def inbox_server() -> Iterator[StartedInbox]:
    """One inbox for the whole test run, on free ports."""
    with running_inbox() as inbox:
        yield inbox


@pytest.fixture
def inbox(inbox_server: StartedInbox) -> StartedInbox:
    """The inbox of the test run, emptied for this test."""
    inbox_server.reset()
    return inbox_server
