"""What a part of the running kit is."""

import http.client
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, kw_only=True)
class Part:
    """One program that the kit keeps alive."""

    name: str
    """Its log's name and its prefix on the terminal."""
    arguments: tuple[str, ...]
    """What stands behind `python`: `-m module …` or `script …`."""
    environ: dict[str, str] = field(default_factory=dict)
    """Its whole environment."""
    answers_at: str | None = None
    """A URL that answers (whatever the status) once it works; None: it is never waited for.

    http: or redis:, which is asked for a PONG.
    """
    grace: float = 10.0
    """Seconds it may take to stop before it is killed."""
    quiet: bool = False
    """Whether what it says goes to its log alone."""

    def answers(self) -> bool:
        """Whether it can be used now; a part that is never waited for always can."""
        if self.answers_at is None:
            return True
        asks = answers_redis if self.answers_at.startswith("redis:") else answers_http
        return asks(self.answers_at)


def answers_http(url: str, seconds: float = 1.0) -> bool:
    """Whether anything speaks HTTP at `url`; no proxy is asked."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=seconds)
    try:
        connection.request("GET", place.path or "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()


def answers_redis(url: str, seconds: float = 1.0) -> bool:
    """Whether a Redis says PONG at `url`."""
    place = urlsplit(url)
    try:
        with socket.create_connection((place.hostname, place.port), timeout=seconds) as caller:
            caller.sendall(b"*1\r\n$4\r\nPING\r\n")
            return caller.recv(7).startswith(b"+PONG")
    except OSError:
        return False
