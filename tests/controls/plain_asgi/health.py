"""Asks the database and Redis, each for real and not for long."""

import os
import sqlite3

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

import store


def verdicts() -> dict[str, str]:
    """pass or fail, by name."""
    return {"database": _database(), "redis": _redis()}


def _database() -> str:
    try:
        store.look()
    except sqlite3.Error:
        return "fail"
    return "pass"


def _redis() -> str:
    """One question, without retries: a probe that insists is a slow probe."""
    url = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/0"
    patience = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
    try:
        with Redis.from_url(url, retry=Retry(NoBackoff(), 0), **patience) as server:
            server.ping()
    except (RedisError, OSError):
        return "fail"
    return "pass"
