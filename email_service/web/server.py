"""waitress, with two habits of ours: its own errors are problems, and a stop loses no answer."""

import json
import logging
import socket
from collections.abc import Callable, Iterator
from secrets import token_hex
from time import monotonic
from typing import Any

from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.server import TcpWSGIServer, create_server  # type: ignore[import-untyped]
from waitress.task import ErrorTask  # type: ignore[import-untyped]

from email_service.utils.logger import bound, event
from email_service.web.bodies import MAX_DRAINED_BYTES
from email_service.web.lanes import TwoLanes
from email_service.web.problem_types import PROBLEM_TYPES, code_of_status
from email_service.web.problems import problem

# How long a stop waits for answers that are on their way.
GRACE = 10.0
_TURN = 1.0


class ProblemTask(ErrorTask):  # type: ignore[misc] # waitress is not typed
    """What waitress answers without asking the application, as problem+json."""

    def execute(self) -> None:
        """Write the answer and close."""
        code = code_of_status(self.request.error.code)
        with bound(request_id=token_hex(16)):
            answer = problem(code, PROBLEM_TYPES[code].title + ".")
            event("request.refused", level=logging.WARNING, status=answer.status_code)
        self.status = f"{answer.status_code} {answer.reason_phrase}"
        instance = json.loads(answer.content)["instance"]
        self.response_headers.extend([*answer.items(), ("X-Request-ID", instance)])
        self.set_close_on_finish()
        self.content_length = len(answer.content)
        self.write(answer.content)


class ProblemChannel(HTTPChannel):  # type: ignore[misc] # waitress is not typed
    """A connection whose refusals are problems."""

    error_task_class = ProblemTask


class Server:
    """Answers on `sockets` with `threads` threads, from `run()` until `stop()`."""

    def __init__(
        self, application: Callable[..., Any], sockets: list[socket.socket], *, threads: int
    ) -> None:
        # Requests wait in the server's own queue, whose length is no news.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._stopping = False
        self._map: dict[int, Any] = {}
        self._server = create_server(
            application,
            map=self._map,
            sockets=sockets,
            _dispatcher=TwoLanes(threads),
            ident=None,
            connection_limit=1_000,
            asyncore_use_poll=True,
            # Bodies up to here are read to their end, and our middleware answers the 413.
            max_request_body_size=MAX_DRAINED_BYTES,
            # The view decides whom it believes, and needs to see that a proxy was there.
            clear_untrusted_proxy_headers=False,
        )
        for listener in self._listeners():
            listener.channel_class = ProblemChannel

    def run(self) -> None:
        """Serve; after `stop()` finish what was begun, for at most GRACE seconds."""
        while not self._stopping:
            self._turn()
        deadline = monotonic() + GRACE
        for listener in self._listeners():
            # Not close(): its trigger still wakes the loop for the answers to come.
            listener.accepting = False
            listener.socket.close()
            listener.del_channel(self._map)
        while any(map(_is_busy, self._channels())) and monotonic() < deadline:
            self._turn()
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._map)

    def stop(self) -> None:
        """Make `run()` return soon; may be called from a signal handler."""
        self._stopping = True
        for listener in self._listeners():
            listener.pull_trigger()

    def _turn(self) -> None:
        """Wait for one round of events."""
        wasyncore.loop(timeout=_TURN, use_poll=True, map=self._map, count=1)

    def _listeners(self) -> list[Any]:
        """What accepts connections."""
        return [one for one in self._map.values() if isinstance(one, TcpWSGIServer)]

    def _channels(self) -> Iterator[Any]:
        """The open connections."""
        return (one for one in self._map.values() if isinstance(one, HTTPChannel))


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets on every address of `host`; raises OSError if one cannot be had."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    places = {(family, address[:2]) for family, _, _, _, address in found}
    return [socket.create_server(address, family=family) for family, address in sorted(places)]


def _is_busy(channel: Any) -> bool:
    """Whether a connection still waits for an answer, or for the end of one."""
    return bool(channel.requests) or channel.total_outbufs_len > 0
