"""This service: `manage.py deliver`, or Celery's workers with its wake-ups."""

import os
import sys
from collections.abc import Sequence
from uuid import uuid4

from bench.mail import BODY, RECIPIENT, SUBJECT
from bench.peers.peer import Peer

_FILL = [["manage.py", "migrate", "--verbosity", "0"], ["-m", "bench.peers.service"]]
_WORKER = ["-m", "celery", "-A", "email_service", "worker", "-Q", "emails", "--concurrency", "1"]


def dispatcher(*, processes: int, connections: int) -> Peer:
    """So many dispatchers with so many SMTP connections each."""
    return _service(
        f"email_service, {processes} x {connections} connections",
        processes * connections,
        [["manage.py", "deliver"]] * processes,
        EMAIL_CONNECTIONS=str(connections),
        EMAIL_TRANSPORT="smtp",
    )


def celery_transport(redis_port: int, *, connections: int) -> Peer:
    """EMAIL_TRANSPORT=celery: one worker, and the sweep that wakes it."""
    return _service(
        f"email_service, EMAIL_TRANSPORT=celery, {connections} connections",
        connections,
        [_WORKER, ["manage.py", "deliver"]],
        EMAIL_CONNECTIONS=str(connections),
        EMAIL_TRANSPORT="celery",
        REDIS_URL=f"redis://127.0.0.1:{redis_port}/2",
    )


def _service(
    name: str, connections: int, programs: Sequence[Sequence[str]], **settings: str
) -> Peer:
    """The service with these programs, `connections` in all, its logs on."""
    return Peer(
        name=name,
        family="service",
        connections=connections,
        fill=_FILL,
        programs=programs,
        settings={"ALLOW_OPEN": "1", "LOG_LEVEL": "INFO"} | settings,
    )


def fill(mails: int) -> None:
    """Accept one mail as a request would, and have the database make its like."""
    # Imported late: the rooms need Django set up.
    from email_service.notifications.models import Kind
    from email_service.notifications.outbox import Submission, accept
    from email_service.utils.mailer import compose

    message_id = uuid4()
    mail = compose(message_id=message_id, to=[RECIPIENT], subject=SUBJECT, body=BODY)
    content = {"to": RECIPIENT, "subject": SUBJECT, "body": BODY}
    submission = Submission(
        message_id=message_id, kind=Kind.NOTIFY, content=content, client="bench",
        request_id=message_id.hex,
    )  # fmt: skip
    accept(submission, mail, attempts=4)
    _multiply(mails - 1)


def _multiply(copies: int) -> None:
    """So many more rows like the one that is there, each with an id and a Message-ID of its own."""
    from django.db import connection

    from email_service.notifications.models import NotificationLog

    own = {
        "message_id": "fresh.id",
        "request_id": "replace(fresh.id::text, '-', '')",
        "mime": "convert_to(replace(convert_from(mime, 'UTF8'), message_id::text, fresh.id::text),"
        " 'UTF8')",
    }
    names = [one.column for one in NotificationLog._meta.fields if one.column != "id"]
    table = NotificationLog._meta.db_table
    wanted = ", ".join(own.get(name, name) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {wanted} FROM {table},"  # noqa: S608
            " (SELECT gen_random_uuid() AS id FROM generate_series(1, %s)) AS fresh",
            [copies],
        )


def main() -> None:
    """Fill the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "email_service.settings")
    import django

    django.setup()
    fill(int(os.environ["MAILS"]))


if __name__ == "__main__":
    sys.exit(main())
