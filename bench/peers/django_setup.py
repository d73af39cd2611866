"""What all Django peers share: kept PostgreSQL connections, the sink as SMTP server, the mails."""

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import dj_database_url
import django
from django.conf import settings

from bench.mail import BODY, RECIPIENT, SENDER, SUBJECT, message_id

BATCH = 1000


def configure(**more: Any) -> None:
    """Set Django up with these settings beside the shared ones."""
    url = os.environ["DATABASE_URL"]
    settings.configure(
        **{
            "DATABASES": {"default": dj_database_url.parse(url, conn_max_age=None)},
            "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
            "SECRET_KEY": "bench",  # signs nothing
            "USE_TZ": True,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": int(os.environ.get("EMAIL_PORT", "1025")),
            "EMAIL_TIMEOUT": 10,
            **more,
        }
    )
    django.setup()


def batches() -> Iterator[list[Any]]:
    """MAILS mails, each with an id of its own, some at a time."""
    # Imported late: it wants settings.
    from django.core.mail import EmailMessage

    count = int(os.environ["MAILS"])
    for start in range(0, count, BATCH):
        yield [
            EmailMessage(
                SUBJECT, BODY, SENDER, [RECIPIENT], headers={"Message-ID": message_id(number)}
            )
            for number in range(start, min(start + BATCH, count))
        ]


def manage(fill: Callable[[], None]) -> None:
    """`fill`, or one of Django's management commands."""
    if sys.argv[1:] == ["fill"]:
        fill()
        return
    # Imported late: it wants settings.
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
