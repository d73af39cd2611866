"""`manage.py deliver`: the dispatcher, which sends what is due until it is told to stop."""

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from email_service.database.deadline import be_patient
from email_service.notifications.delivery import engine_from_settings, run
from email_service.notifications.dispatch import sweep_for_workers
from email_service.utils.logger import event


class Command(BaseCommand):
    """Runs in the foreground; SIGTERM and Ctrl-C finish what is in flight first."""

    help = "Deliver queued mails until stopped (with EMAIL_TRANSPORT=celery: wake the workers)."
    requires_migrations_checks = False

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Deliver until stopped."""
        be_patient()
        transport = settings.ENVIRONMENT.email_transport
        event("dispatcher_started", transport=transport)
        run(sweep_for_workers() if transport == "celery" else _deliver())
        event("dispatcher_stopped")


async def _deliver() -> None:
    """Run the engine, stopped by the signals that ask for an end."""
    engine = engine_from_settings("dispatcher")
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), lambda *_: loop.call_soon_threadsafe(engine.stop))
    await engine.run()
