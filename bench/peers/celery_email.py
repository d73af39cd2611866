"""django-celery-email 3.0: ten mails a task, nothing written down about any."""

import os

from celery import Celery
from django.conf import settings

from bench.peers.django_setup import batches, configure
from bench.peers.peer import Peer


def celery_email(redis_port: int, *, workers: int) -> Peer:
    """A prefork pool of so many workers."""
    me = "bench.peers.celery_email"
    options = ["-Q", "emails", "--concurrency", str(workers)]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"]
    return Peer(
        name=f"django-celery-email, 10 mails a task, prefork x {workers}",
        family="celery_email",
        connections=workers,
        fill=[],
        refill=["-m", me, "refill"],
        programs=[["-m", "celery", "-A", me, "worker", *options, *quiet]],
        settings={"REDIS_URL": f"redis://127.0.0.1:{redis_port}/4"},
    )


if not settings.configured and "DATABASE_URL" in os.environ and "MAILS" in os.environ:
    configure(
        INSTALLED_APPS=["djcelery_email"],
        EMAIL_BACKEND="djcelery_email.backends.CeleryEmailBackend",
        CELERY_EMAIL_CHUNK_SIZE=10,
        CELERY_EMAIL_TASK_CONFIG={
            "queue": "emails", "max_retries": 3, "default_retry_delay": 5, "ignore_result": True,
        },
    )  # fmt: skip

app = Celery("celery_email", broker=os.environ.get("REDIS_URL"), set_as_current=True)
app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=4)
if settings.configured:
    app.autodiscover_tasks(["djcelery_email"], force=True)


def _refill() -> None:
    """Put the mails into the broker, through its own backend."""
    # Imported late: it wants settings.
    from django.core.mail import get_connection

    app.control.purge()
    for mails in batches():
        get_connection().send_messages(mails)


if __name__ == "__main__":
    _refill()
