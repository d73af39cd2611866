"""HTTP towards the student's service; every exchange is kept as evidence."""

import json as json_module
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx

from labs.runner.verdicts import NoAnswer

PATIENCE = 15.0
"""Seconds a request may take where no check says otherwise."""
BODY_KEPT = 20_000
_OTHER_SPELLING_AFTER = {301, 302, 303, 307, 308, 404}


@dataclass
class Exchange:
    """One request and what came back; `answer` is None when nothing did."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    request_id: str
    at: float
    answer: "Answer | None" = None
    trouble: str = ""


@dataclass
class Answer:
    """A response: `status`, `headers`, `text`, `seconds`; `json` is None if it is not JSON."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    seconds: float
    exchange: Exchange = field(repr=False)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        """The body as JSON, None if it is none or not said to be."""
        if "json" not in self.content_type:
            return None
        try:
            return json_module.loads(self.content)
        except ValueError:
            return None

    @property
    def content_type(self) -> str:
        """The media type, in lower case."""
        return self.headers.get("content-type", "").lower()

    @property
    def ok(self) -> bool:
        """Whether it is any 2xx."""
        return 200 <= self.status < 300

    @property
    def refuses(self) -> bool:
        """Whether it is any 4xx."""
        return 400 <= self.status < 500

    @property
    def fails(self) -> bool:
        """Whether it is any 5xx."""
        return self.status >= 500

    @property
    def status_word(self) -> str:
        """What the answer's `status` field says, empty if there is none."""
        return str(self.json.get("status", "")) if isinstance(self.json, dict) else ""

    def names(self, word: str) -> bool:
        """Whether JSON of this answer has `word` as a key or inside a value, anywhere."""
        return _names(self.json, word.lower())


class Http:
    """Speaks to one base URL; safe to use from several threads at once."""

    def __init__(self, base_url: str, headers: Mapping[str, str]) -> None:
        self.base_url = base_url.rstrip("/")
        self.exchanges: list[Exchange] = []
        self._headers = dict(headers)
        self._spelling: dict[str, str] = {}
        limits = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.Client(follow_redirects=False, trust_env=False, limits=limits)

    def send(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        request_id: str | None = "",
        timeout: float = PATIENCE,
    ) -> Answer:
        """One request, recorded; NoAnswer if nothing came. `request_id` None sends none."""
        exchange = self._exchange(method, path, json, content, headers, request_id)
        self.exchanges.append(exchange)
        try:
            response = self._client.request(
                method,
                exchange.url,
                headers=exchange.headers,
                content=exchange.body or None,
                timeout=timeout,
            )
        except httpx.TimeoutException:
            exchange.trouble = f"no answer in {timeout:.1f} s"
            raise NoAnswer("timeout", path=path, method=method, waited=round(timeout, 1)) from None
        except (httpx.TransportError, httpx.InvalidURL) as error:
            exchange.trouble = str(error) or type(error).__name__
            raise NoAnswer("connection", path=path, method=method, error=str(error)) from None
        seconds = monotonic() - exchange.at
        exchange.answer = Answer(
            response.status_code, response.headers, response.content, seconds, exchange
        )
        return exchange.answer

    def send_spelled(self, method: str, path: str, **options: Any) -> Answer:
        """As `send`, with or without the final slash: the other only after a 404 or redirect."""
        known = self._spelling.get(path)
        answer = self.send(method, known or path, **options)
        if known or answer.status not in _OTHER_SPELLING_AFTER:
            return answer
        other = path.rstrip("/") if path.endswith("/") else path + "/"
        second = self.send(method, other, **options)
        if second.status in _OTHER_SPELLING_AFTER or second.fails:
            return answer
        self._spelling[path] = other
        return second

    def close(self) -> None:
        """Close what is open."""
        self._client.close()

    def _exchange(
        self,
        method: str,
        path: str,
        json: Any,
        content: bytes | None,
        headers: Mapping[str, str] | None,
        request_id: str | None,
    ) -> Exchange:
        sent = {**self._headers, **(headers or {})}
        if json is not None:
            content = json_module.dumps(json).encode()
            sent.setdefault("Content-Type", "application/json")
        marked = new_request_id() if request_id == "" else request_id
        if marked is not None:
            sent["X-Request-ID"] = marked
        url = self.base_url + path
        return Exchange(method, url, sent, content or b"", marked or "", monotonic())


def new_request_id() -> str:
    """An id of ours, unlike any that a service would make."""
    return f"kit-{uuid.uuid4().hex[:20]}"


def _names(value: Any, word: str) -> bool:
    if isinstance(value, dict):
        return any(word in str(key).lower() or _names(one, word) for key, one in value.items())
    if isinstance(value, list):
        return any(_names(one, word) for one in value)
    return isinstance(value, str) and word in value.lower()
