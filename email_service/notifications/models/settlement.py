"""What is to be written down of an attempt that ended, as plain values."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from email_service.notifications.models.attempts import Outcome
from email_service.notifications.models.notification import Status


class Settlement(NamedTuple):
    """How one attempt ended and what becomes of its row.

    `retry_in` is seconds until the next attempt (None: there is none). `recipients` are those
    still to be reached (of a failed mail: by a replay), `reached` those who have it, `refused`
    the last words about those given up, by address. `narrowed`: this envelope was not whole.
    """

    row: int
    token: UUID
    attempt: int
    outcome: Outcome
    phase: str
    status: Status
    smtp_code: int | None = None
    error: str = ""
    duration_ms: int = 0
    retry_in: float | None = None
    recipients: Sequence[str] = ()
    reached: Sequence[str] = ()
    refused: Mapping[str, Any] = MappingProxyType({})
    narrowed: bool = False
    protocol_errors: int = 0

    @property
    def plain(self) -> bool:
        """Whether the mail simply reached everybody whom it was meant for."""
        return self.status == Status.SENT and not self.narrowed

    @property
    def complaint(self) -> str:
        """Why not everybody has the mail; empty if everybody has it."""
        if self.status == Status.SENT:
            return ""
        refusals = "; ".join(f"{who}: {word}" for who, word in self.refused.items())
        return self.error or refusals or "no reason given"
