"""django-post-office 3.12: batches of 1000, threads and processes by setting."""

import os
from datetime import timedelta

from bench.mail import BODY, RECIPIENT, SENDER, SUBJECT
from bench.peers.django_setup import BATCH, configure, manage
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


def _fill() -> None:
    """Queue the mails, as its documentation advises for many."""
    # Imported late: its models need settings.
    from post_office.mail import send_many

    mails = int(os.environ["MAILS"])
    one = {"recipients": RECIPIENT, "sender": SENDER, "subject": SUBJECT, "message": BODY}
    for start in range(0, mails, BATCH):
        send_many([one] * min(BATCH, mails - start))


if __name__ == "__main__":
    # As its documentation sets it up, with a real SMTP backend.
    configure(
        INSTALLED_APPS=["post_office"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
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
    manage(_fill)
