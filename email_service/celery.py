"""The Celery application: its messages are wake-ups, the rows are the queue.

A wake-up may be lost, doubled or late without harm, so nothing here retries, acknowledges late
or keeps results: a lost one is made good by the sweep, and the lease recovers faster than
Redis' visibility time-out would.
"""

import logging
import os

from celery import Celery
from celery.signals import setup_logging, worker_init

from email_service import environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "email_service.settings")

QUEUE = "emails"
# With the defaults, publishing to a Redis that accepts and stays silent blocks for ever, and each
# publisher dials again for 4 s (silent) or 6 s (refused) before it gives up (measured).
_SOCKET_SECONDS = 1
_DIAL_AGAIN = 0

app = Celery("email_service")
app.conf.update(
    broker_url=environment.read(os.environ).redis_url or "redis://127.0.0.1:6379/0",
    broker_transport_options={
        "socket_timeout": _SOCKET_SECONDS,
        "socket_connect_timeout": _SOCKET_SECONDS,
        "max_retries": _DIAL_AGAIN,
    },
    broker_connection_retry_on_startup=True,
    task_default_queue=QUEUE,
    task_ignore_result=True,
    task_publish_retry=False,
    task_soft_time_limit=240,
    task_time_limit=270,
    accept_content=["json"],
    task_serializer="json",
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_soft_shutdown_timeout=30,
    timezone="UTC",
)
app.autodiscover_tasks(["email_service.notifications"])


@setup_logging.connect
def keep_json_logs(**_: object) -> None:
    """Celery sets up no logging of its own: Django's JSON lines go on in the worker.

    Two lines for each wake-up, most of which find nothing to do, would bury those of the mails.
    """
    for name in ("celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)


@worker_init.connect
def wait_patiently(**_: object) -> None:
    """A worker's database calls may take longer than a web request's."""
    # Imported late: whoever only publishes needs no database.
    from email_service.database.deadline import be_patient

    be_patient()
