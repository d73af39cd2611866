"""`/api/v1/info` and `/api/v1/webui`: exactly Mailpit's keys, and no others."""

import sys
import time
from sqlite3 import Connection
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mock_smtp import __version__
from mock_smtp.api.requests import inbox_of
from mock_smtp.api.v1.shapes import Answer
from mock_smtp.inbox import Inbox
from mock_smtp.settings import Settings
from mock_smtp.store import questions


async def info(request: Request) -> Response:
    """What this inbox is and holds."""
    inbox = inbox_of(request)
    return Answer(await inbox.mailbox.ask(lambda rows: _info(rows, inbox)))


def _info(rows: Connection, inbox: Inbox) -> dict[str, Any]:
    totals = questions.totals(rows)
    return {
        "Version": f"mock_smtp {__version__}",
        "LatestVersion": "disabled",
        "Database": str(inbox.mailbox.path),
        "DatabaseSize": questions.database_size(rows),
        "Messages": totals.total,
        "Unread": totals.unread,
        "Tags": questions.tags(rows),
        "RuntimeStats": {
            "Uptime": int(time.monotonic() - inbox.started),
            "Memory": memory_bytes(),
            "MessagesDeleted": inbox.mailbox.deleted,
            "SMTPAccepted": inbox.counts.messages_accepted,
            "SMTPAcceptedSize": inbox.counts.messages_accepted_bytes,
            "SMTPRejected": inbox.counts.messages_refused,
            "SMTPIgnored": 0,
        },
    }


async def webui(request: Request) -> Response:
    """What Mailpit's page would offer here."""
    return Answer(
        {
            "Label": "",
            "MessageRelay": _relay(inbox_of(request).settings),
            "SpamAssassin": False,
            "ChaosEnabled": True,
            "DuplicatesIgnored": False,
            "HideDeleteAllButton": False,
        }
    )


def _relay(settings: Settings) -> dict[str, Any]:
    host, port = settings.relay or ("", 0)
    rule = settings.relay_allowed_recipients
    allowed = rule.pattern if rule and host else ""
    return {
        "Enabled": bool(host),
        "SMTPServer": f"{host}:{port}" if host else "",
        "ReturnPath": "",
        "AllowedRecipients": allowed,
        "BlockedRecipients": "",
        "OverrideFrom": "",
        "PreserveMessageIDs": False,
        "RecipientAllowlist": allowed,
    }


def memory_bytes() -> int:
    """The most memory this process has had, in bytes; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0
    import resource  # not on Windows

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
