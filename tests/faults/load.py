"""Callers: they post a mail and repeat it, under the same UUID, until it is accepted."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from uuid import uuid4

import httpx

from tests.engines.children import wait_until
from tests.faults.stand import Stand

CALLERS = 4
# A caller's patience: a web server that is frozen costs it so long, then it asks again.
_PATIENCE = 5.0
_OUTAGE = 120.0


@dataclass
class Load:
    """Mails under way to a stand; `accepted_at` grows as they are accepted."""

    stand: Stand
    accepted_at: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def posting(self, ids: Sequence[str]) -> Iterator[None]:
        """Callers post these during the block and are done after it."""
        with ThreadPoolExecutor(CALLERS) as threads:
            calls = [threads.submit(self._post_all, ids[n::CALLERS]) for n in range(CALLERS)]
            yield
            for call in calls:
                call.result()

    def post(self, ids: Sequence[str]) -> None:
        """Post these and return once all are accepted."""
        with self.posting(ids):
            pass

    def _post_all(self, ids: Iterable[str]) -> None:
        with self.stand.client(timeout=_PATIENCE) as client:
            for message_id in ids:
                wait_until(lambda mail=message_id: accepted(client, mail), seconds=_OUTAGE)
                self.accepted_at[message_id] = monotonic()


def fresh(count: int) -> list[str]:
    """So many new UUIDs."""
    return [str(uuid4()) for _ in range(count)]


def mail(message_id: str, to: str = "ana@mail.example") -> dict[str, str]:
    """One notification."""
    return {"to": to, "subject": "Hola", "body": "¿Qué tal?", "message_id": message_id}


def accepted(client: httpx.Client, message_id: str) -> bool:
    """Whether this post was answered 202; any other outcome is one to be repeated."""
    try:
        return client.post("/api/notify/", json=mail(message_id)).status_code == 202
    except httpx.TransportError:
        return False
