"""django-tasks-db 0.13: a task a mail in PostgreSQL, so many workers."""

import os

from django.conf import settings

from bench.mail import BODY, RECIPIENT, SENDER, SUBJECT, message_id
from bench.peers.django_setup import configure, manage
from bench.peers.peer import Peer


def tasks_db(*, workers: int) -> Peer:
    """So many `db_worker` commands beside one another."""
    me = ["-m", "bench.peers.tasks_db"]
    return Peer(
        name=f"django-tasks-db, {workers} workers",
        family="tasks_db",
        connections=workers,
        fill=[[*me, "migrate", "--verbosity", "0"], [*me, "fill"]],
        programs=[[*me, "db_worker", "--batch", "--interval", "0", "--no-startup-delay"]] * workers,
    )


if not settings.configured and "DATABASE_URL" in os.environ and "MAILS" in os.environ:
    configure(
        INSTALLED_APPS=["django_tasks", "django_tasks_db"],
        TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}},
    )

if settings.configured:
    from django.core.mail import EmailMessage
    from django_tasks import task

    @task()
    def send(number: int) -> None:
        """Send one mail."""
        headers = {"Message-ID": message_id(number)}
        EmailMessage(SUBJECT, BODY, SENDER, [RECIPIENT], headers=headers).send()


def _fill() -> None:
    """Queue a task for each mail."""
    # Under the name by which a worker finds it: here this module is called __main__.
    from bench.peers import tasks_db

    for number in range(int(os.environ["MAILS"])):
        tasks_db.send.enqueue(number)


if __name__ == "__main__":
    manage(_fill)
