"""Threads for requests, and a few apart for probes: a probe never queues behind what it watches.

With all threads waiting for a silent database, /healthz would answer after their deadlines
rather than within its own 2 s. (/metrics asks the database itself, so it queues with the rest.)
"""

from typing import Any

from waitress.task import ThreadedTaskDispatcher  # type: ignore[import-untyped]

_PROBES = {"/healthz", "/livez", "/readyz"}
_PROBE_THREADS = 2


class TwoLanes(ThreadedTaskDispatcher):  # type: ignore[misc] # waitress is not typed
    """Runs probes on threads of their own, everything else on `threads` others."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self._probes = ThreadedTaskDispatcher()
        self.set_thread_count(threads)
        self._probes.set_thread_count(_PROBE_THREADS)

    def add_task(self, task: Any) -> None:
        """Queue a connection whose next request is complete."""
        if _is_probe(task):
            self._probes.add_task(task)
        else:
            super().add_task(task)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """End the threads of both."""
        self._probes.shutdown(cancel_pending, timeout)
        return bool(super().shutdown(cancel_pending, timeout))


def _is_probe(channel: Any) -> bool:
    """Whether the next request of a connection is a probe's."""
    # A request that waitress refuses by itself may have no path.
    path = getattr(channel.requests[0], "path", "") if channel.requests else ""
    return str(path).rstrip("/") in _PROBES
