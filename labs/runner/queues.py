"""What waits in a service's Redis: lists of messages by name, in whichever of its databases."""

import json
import uuid
from collections.abc import Iterator
from contextlib import closing

import redis

from labs.runner.stand.stand import Stand

DATABASES = range(16)


def waiting(service: Stand, queue: str) -> int:
    """How many messages wait in the queue of that name."""
    return sum(_length(client, queue) for client in _databases(service))


def copy_of_first(service: Stand, queue: str) -> "Copy | None":
    """The message at the front of a queue, to be put there once more; None if none waits."""
    for client in _databases(service):
        if _length(client, queue):
            [message] = client.lrange(queue, -1, -1)
            number = client.connection_pool.connection_kwargs["db"]
            return Copy(
                service, queue, number, message if isinstance(message, bytes) else message.encode()
            )
    return None


class Copy:
    """One message of a queue, as the service wrote it."""

    def __init__(self, service: Stand, queue: str, number: int, message: bytes) -> None:
        self._service = service
        self._queue = queue
        self._number = number
        self._message = message

    def put(self) -> None:
        """Put it into the queue again: another delivery of the same task."""
        with closing(_client(self._service, self._number)) as client:
            client.lpush(self._queue, _another_delivery(self._message))


def _another_delivery(message: bytes) -> bytes:
    """The message under a delivery tag of its own, which Celery's transport gives to each."""
    try:
        said = json.loads(message)
        said["properties"]["delivery_tag"] = str(uuid.uuid4())
    except (ValueError, KeyError, TypeError):
        return message
    return json.dumps(said).encode()


def _length(client: "redis.Redis", queue: str) -> int:
    # Kept by some as another kind of value: then it is no queue of ours.
    return int(client.llen(queue)) if client.type(queue) == b"list" else 0


def _databases(service: Stand) -> Iterator["redis.Redis"]:
    for number in DATABASES:
        with closing(_client(service, number)) as client:
            yield client


def _client(service: Stand, number: int) -> "redis.Redis":
    return redis.Redis(port=service.redis.engine_port(), db=number)
