"""Celery as most tutorials have it, tuned: one task a mail, a status row, kept connections.

Without Celery's Django fix-up each worker keeps its PostgreSQL connection for ever, which is
what its CELERY_DB_REUSE_MAX is for; Django's `send()` opens one SMTP connection a mail.
"""

import os
import sys

from celery import Celery
from django.conf import settings
from django.db import connection, models

from bench.mail import BODY, RECIPIENT, SENDER, SUBJECT, message_id
from bench.peers.django_setup import configure
from bench.peers.peer import Peer


def plain_celery(redis_port: int, *, pool: str, workers: int) -> Peer:
    """Celery with a pool of so many workers."""
    me = "bench.peers.plain_celery"
    options = ["-Q", "emails", "--pool", pool, "--concurrency", str(workers)]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"]
    return Peer(
        name=f"Celery, a task a mail, {pool} x {workers}",
        family="celery",
        connections=workers,
        fill=[["-m", me, "fill"]],
        refill=["-m", me, "refill"],
        programs=[["-m", "celery", "-A", me, "worker", *options, *quiet]],
        settings={"REDIS_URL": f"redis://127.0.0.1:{redis_port}/1"},
    )


if not settings.configured and "DATABASE_URL" in os.environ and "MAILS" in os.environ:
    configure(INSTALLED_APPS=["bench.peers"])

app = Celery("plain", broker=os.environ.get("REDIS_URL"))
app.conf.update(task_default_queue="emails", task_ignore_result=True, worker_prefetch_multiplier=16)

if settings.configured:
    from django.core.mail import EmailMessage

    class Mail(models.Model):
        """A mail and its status."""

        body = models.TextField()
        status = models.CharField(max_length=10, default="queued")

        class Meta:
            app_label = "peers"

        def __str__(self) -> str:
            return f"{self.pk} {self.status}"

    @app.task(name="send", max_retries=3, default_retry_delay=5)
    def send(pk: int) -> None:
        """Send one mail and note it."""
        mail = Mail.objects.get(pk=pk)
        headers = {"Message-ID": message_id(pk)}
        EmailMessage(SUBJECT, mail.body, SENDER, [RECIPIENT], headers=headers).send()
        Mail.objects.filter(pk=pk).update(status="sent")


def main() -> None:
    """`fill` the table, or `refill` the broker."""
    if sys.argv[1] == "fill":
        with connection.schema_editor() as editor:
            editor.create_model(Mail)
        Mail.objects.bulk_create([Mail(body=BODY)] * int(os.environ["MAILS"]), batch_size=1000)
        return
    app.control.purge()
    with app.producer_pool.acquire() as producer:
        for pk in Mail.objects.order_by("pk").values_list("pk", flat=True):
            send.apply_async((pk,), producer=producer)


if __name__ == "__main__":
    main()
