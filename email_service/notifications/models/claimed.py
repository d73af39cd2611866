"""A row in the hands of a sender, as plain values: to build model objects costs as much again."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

COLUMNS = (
    "pk", "message_id", "sender", "recipients", "reached", "refused", "mime", "attempt_count",
    "attempt_limit", "protocol_errors", "request_id",
)  # fmt: skip


class Claimed(NamedTuple):
    """What is needed to send a mail and to settle it; see `NotificationLog` for each value.

    It is as the row was when it was claimed. `token` is what it is held by.
    """

    pk: int
    message_id: UUID
    sender: str
    recipients: list[str]
    reached: list[str]
    refused: dict[str, Any]
    mime: bytes | memoryview
    attempt_count: int
    attempt_limit: int
    protocol_errors: int
    request_id: str
    token: UUID
