"""Rate windows in Redis, which may be slow, silent or away without anybody waiting for it."""

from functools import lru_cache
from time import monotonic

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

# redis-py retries by default: against a silent server one call took 14 s (measured).
_TIMEOUT = 0.9
# After a failure nobody tries for so long: one slow request, not every one.
_PAUSE = 5.0


class RedisPaused(RedisError):
    """Redis failed a moment ago: go on without it."""


class RedisWindows:
    """Counters that end with their window, shared by every host of one Redis."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._paused_until = 0.0

    def admit(self, address: str, ends_at: int, limit: int) -> bool:
        """Count one message; whether the window had room for it. Raises RedisError."""
        if monotonic() < self._paused_until:
            raise RedisPaused
        try:
            return self._increment(f"rate:contact:{ends_at}:{address}", ends_at) <= limit
        except RedisError:
            self._paused_until = monotonic() + _PAUSE
            raise

    def _increment(self, key: str, ends_at: int) -> int:
        """Add one and let the key die with its window, in one round trip.

        (Not in a transaction, which costs as much again: if the second is lost, the next
        message's makes up for it.)
        """
        with self._client.pipeline(transaction=False) as both:
            both.incr(key)
            both.expireat(key, ends_at + 1)
            return int(both.execute()[0])


@lru_cache(maxsize=4)
def redis_windows(url: str) -> RedisWindows:
    """The counters at `url`; the connection is made at first use and kept."""
    return RedisWindows(
        Redis.from_url(
            url,
            socket_timeout=_TIMEOUT,
            socket_connect_timeout=_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )
    )
