"""django-post-office 3.12: batches of 1000, threads and processes by setting."""

import os
import sys
from datetime import timedelta

import dj_database_url
import django
from django.conf import settings

from bench.mail import BODY, RECIPIENT, SENDER, SUBJECT
from bench.peers.peer import Peer


def post_office(*, processes: int, threads: int) -> Peer:
    """post_office with so many processes of so many threads, a connection each."""
    me = ["-m", "bench.peers.post_office"]
    return Peer(
        name=f"post_office, {processes} x {threads} threads, batch 1000",
        family="post_office",
        connections=processes * threads,
        fill=[[*me, "migrate", "--verbosity", "0"], [*me, "fill"]],
        programs=[[*me, "send_queued_mail", "-p", str(processes)]],
        settings={"THREADS": str(threads)},
    )


def _configure() -> None:
    """Django as post_office's documentation sets it up, with a real SMTP backend."""
    settings.configure(
        INSTALLED_APPS=["post_office"],
        DATABASES={"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=None)},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        SECRET_KEY="bench",  # noqa: S106 - signs nothing
        USE_TZ=True,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=int(os.environ.get("EMAIL_PORT", "1025")),
        EMAIL_TIMEOUT=10,
        POST_OFFICE={
            "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
            "THREADS_PER_PROCESS": int(os.environ["THREADS"]),
            "BATCH_SIZE": 1000,
            "MESSAGE_ID_ENABLED": True,
            "MESSAGE_ID_FQDN": "bench.example",
            "MAX_RETRIES": 3,
            "RETRY_INTERVAL": timedelta(seconds=5),
        },
    )
    django.setup()


def _fill(mails: int) -> None:
    """Queue so many mails, as its documentation advises for many."""
    # Imported late: its models need the settings above.
    from post_office.mail import send_many

    one = {"recipients": RECIPIENT, "sender": SENDER, "subject": SUBJECT, "message": BODY}
    for start in range(0, mails, 1000):
        send_many([one] * min(1000, mails - start))


def main() -> None:
    """`fill`, or one of its management commands."""
    _configure()
    if sys.argv[1:] == ["fill"]:
        _fill(int(os.environ["MAILS"]))
        return
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
