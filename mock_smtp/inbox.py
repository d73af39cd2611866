"""One inbox: everything its two sides share, built once and passed on."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import NamedTuple

from mock_smtp.mailbox import Mailbox
from mock_smtp.pictures import Pictures
from mock_smtp.settings import Settings
from mock_smtp.smtp.counts import Counts
from mock_smtp.smtp.hooks import Hooks, Rules
from mock_smtp.smtp.trouble import Troubles


class Doors(NamedTuple):
    """Where a running inbox listens."""

    host: str
    smtp_port: int
    http_port: int
    smtps_port: int | None = None
    certificate: str | None = None


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """The mailbox, the counters, what shall go wrong, and the SMTP hooks that join them."""

    mailbox: Mailbox
    settings: Settings
    doors: Doors
    counts: Counts
    troubles: Troubles
    hooks: Hooks
    pictures: Pictures = field(default_factory=Pictures)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    started: float = field(default_factory=time.monotonic)

    @classmethod
    def over(cls, mailbox: Mailbox, settings: Settings, doors: Doors) -> "Inbox":
        """Build an inbox over an open mailbox."""
        counts = Counts()
        troubles = Troubles(counts)
        rules = Rules(
            max_recipients=settings.max_recipients,
            recipients_allowed=settings.allowed_recipients,
            auth_required=settings.auth_required,
        )
        return cls(
            mailbox=mailbox,
            settings=settings,
            doors=doors,
            counts=counts,
            troubles=troubles,
            hooks=Hooks(mailbox, counts, troubles, rules),
        )
