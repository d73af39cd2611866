"""What can go wrong with a running inbox.

InboxError          the inbox refused a request: change it
NothingCameError    an expectation about mail failed: an AssertionError, for tests
"""


class InboxError(Exception):
    """The inbox refused a request: look at `status` and the message, then change the request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class NothingCameError(AssertionError):
    """What was waited for did not come in time; the message says what there was instead."""
