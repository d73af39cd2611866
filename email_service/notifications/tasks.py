"""The Celery task: a thin shell around delivery."""

from celery import shared_task

from email_service.notifications.delivery import engine_from_settings, run


@shared_task(name="emails.deliver")
def deliver() -> None:
    """Send whatever is due, then end. Running it twice, or for nothing, is harmless."""
    run(_drain())


async def _drain() -> None:
    """One engine's work, from the first due mail to the last."""
    await engine_from_settings("worker").run(until_idle=True)
