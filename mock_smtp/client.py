"""A typed client for a running inbox, on the standard library alone."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any, Literal, TypeVar
from urllib.parse import quote, urlencode, urlsplit

Stage = Literal["connect", "helo", "auth", "mail", "rcpt", "data", "after-store"]
Action = Literal["reply", "drop", "delay", "throttle"]
Result = TypeVar("Result")


class InboxError(Exception):
    """The inbox refused a request: look at `status` and the message, then change the request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class NothingCameError(AssertionError):
    """What was waited for did not come in time; the message says what there was instead."""


@dataclass(frozen=True)
class Fault:
    """A fault as the inbox lists it; `remaining` is None for one that lasts for ever."""

    id: str
    stage: Stage
    action: Action
    code: int | None
    seconds: float | None
    times: int
    remaining: int | None
    hits: int
    match: dict[str, str] = field(default_factory=dict)


class Inbox:
    """Asks one inbox; every method answers with plain values or raises InboxError."""

    def __init__(
        self,
        base_url: str,
        *,
        smtp_host: str = "127.0.0.1",
        smtp_port: int = 0,
        timeout: float = 30,
    ) -> None:
        address = urlsplit(base_url)
        self.base_url = base_url.rstrip("/")
        self.http_host, self.http_port = address.hostname or "127.0.0.1", address.port or 80
        self.smtp_host, self.smtp_port = smtp_host, smtp_port
        self._root, self._timeout = address.path.rstrip("/"), timeout

    def messages(self, *, limit: int = 0, start: int = 0) -> list[dict[str, Any]]:
        """The newest mails as Mailpit's summaries; a limit of 0 means all."""
        query = urlencode({"limit": limit, "start": start})
        found: list[dict[str, Any]] = self._json("GET", f"/api/v1/messages?{query}")["messages"]
        return found

    def search(self, query: str, *, limit: int = 1000) -> list[dict[str, Any]]:
        """The mails that match a query of Mailpit's search language, newest first."""
        asked = urlencode({"query": query, "limit": limit})
        found: list[dict[str, Any]] = self._json("GET", f"/api/v1/search?{asked}")["messages"]
        return found

    def message(self, id: str = "latest") -> dict[str, Any]:  # noqa: A002 - the API's word
        """One mail in full; it counts as read from now on."""
        found: dict[str, Any] = self._json("GET", f"/api/v1/message/{quote(id)}")
        return found

    def headers(self, id: str = "latest") -> dict[str, list[str]]:  # noqa: A002 - the API's word
        """The headers of one mail by canonical name, not decoded."""
        found: dict[str, list[str]] = self._json("GET", f"/api/v1/message/{quote(id)}/headers")
        return found

    def raw(self, id: str = "latest") -> bytes:  # noqa: A002 - the API's word
        """The source of one mail, byte for byte."""
        return self._ask("GET", f"/api/v1/message/{quote(id)}/raw")

    def delete_all(self) -> None:
        """Delete every mail and every recorded attempt."""
        self._ask("DELETE", "/api/v1/messages")

    def add_fault(
        self,
        stage: Stage,
        action: Action = "reply",
        *,
        code: int | None = None,
        seconds: float | None = None,
        times: int = 1,
        match: dict[str, str] | None = None,
    ) -> Fault:
        """Append a fault behind all others; `times` 0 means for ever."""
        script: dict[str, Any] = {"stage": stage, "action": action, "times": times}
        optional = {"code": code, "seconds": seconds, "match": match}
        script |= {name: value for name, value in optional.items() if value is not None}
        return Fault(**self._json("POST", "/api/v2/faults", script))

    def faults(self) -> list[Fault]:
        """Every fault in its order, those that are used up included."""
        return [Fault(**fault) for fault in self._json("GET", "/api/v2/faults")]

    def remove_fault(self, id: str) -> None:  # noqa: A002 - the API's word
        """Remove one fault."""
        self._ask("DELETE", f"/api/v2/faults/{quote(id)}")

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._ask("DELETE", "/api/v2/faults")

    def reset(self) -> None:
        """Remove all faults, then all mail: a clean start for the next test."""
        self.clear_faults()
        self.delete_all()

    def stats(self) -> dict[str, int]:
        """The counters since the start: connections opened, messages accepted, and so on."""
        found: dict[str, int] = self._json("GET", "/api/v2/stats")
        return found

    def wait_for(
        self, query: str = "", *, count: int = 1, timeout: float = 10
    ) -> list[dict[str, Any]]:
        """Wait until at least `count` mails match; raises NothingCameError with what there is."""

        def enough() -> list[dict[str, Any]] | None:
            found = self.search(query) if query else self.messages()
            return found if len(found) >= count else None

        try:
            return wait_until(enough, timeout=timeout)
        except TimeoutError as error:
            subjects = [mail["Subject"] for mail in self.messages()]
            raise NothingCameError(
                f"{count} mails for {query or 'anything'!r} did not come within {timeout:g} s;"
                f" the inbox holds {subjects}."
            ) from error

    def _json(self, method: str, path: str, content: object = None) -> Any:
        return json.loads(self._ask(method, path, content))

    def _ask(self, method: str, path: str, content: object = None) -> bytes:
        # No proxy of the environment is ever asked: an inbox is on this machine or beside it.
        connection = HTTPConnection(self.http_host, self.http_port, timeout=self._timeout)
        try:
            body = None if content is None else json.dumps(content)
            headers = {} if body is None else {"Content-Type": "application/json"}
            connection.request(method, self._root + path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise InboxError(answer.status, text.decode("utf-8", "replace"))
        return text


def wait_until(
    condition: Callable[[], Result | None], *, timeout: float = 10, pause: float = 0.02
) -> Result:
    """The first value of a condition that is neither None nor empty; raises TimeoutError."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= end:
            raise TimeoutError(f"The condition did not hold within {timeout:g} s.")
        time.sleep(pause)
