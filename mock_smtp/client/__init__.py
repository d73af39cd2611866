"""A typed client for a running inbox, on the standard library alone."""

from mock_smtp.client.errors import InboxError, NothingCameError
from mock_smtp.client.inbox import Inbox
from mock_smtp.client.shapes import Action, Fault, Stage
from mock_smtp.client.waiting import wait_until

__all__ = ["Action", "Fault", "Inbox", "InboxError", "NothingCameError", "Stage", "wait_until"]
