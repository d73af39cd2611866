"""What is watched, each by its own thread: a silent Redis does not delay news of the database."""

from functools import cache

from email_service.database.probe import UNAVAILABLE, database_watch
from email_service.database.watch import Watch
from email_service.health import redis
from email_service.health.outbox import OutboxState, outbox_state


@cache
def outbox_watch() -> Watch[OutboxState]:
    """The watch over the outbox's state."""
    return Watch(outbox_state, UNAVAILABLE)


@cache
def redis_watch(url: str) -> Watch[bool]:
    """The watch over the Redis at `url`."""
    return Watch(lambda: redis.ping(url), redis.UNAVAILABLE)


def stop_watching() -> None:
    """End the watches that use the database; the next question starts them again."""
    database_watch().stop()
    outbox_watch().stop()
