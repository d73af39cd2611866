"""Who may ask: the Host must be ours, and a browser must ask from a page of ours.

A page elsewhere can make a browser call 127.0.0.1 under its own name (DNS rebinding) or post to it
blindly; both would let it read mail, delete it, or set faults.
"""

import ipaddress
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_OUR_NAMES = frozenset({"localhost", "mock-smtp"})
OPEN_PATHS = frozenset({"/livez", "/readyz"})


class Guard:
    """Answers 403 to a Host or an Origin that is not ours, on HTTP and WebSocket alike."""

    def __init__(self, app: ASGIApp, *, hosts: Collection[str], origins: Collection[str]) -> None:
        self.app = app
        self.hosts = {host.lower() for host in hosts}
        self.origins = {origin.lower().rstrip("/") for origin in origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may ask."""
        if scope["type"] not in {"http", "websocket"} or scope["path"] in OPEN_PATHS:
            await self.app(scope, receive, send)
            return
        reason = self._objection(Headers(scope=scope))
        if reason is None:
            await self.app(scope, receive, send)
        else:
            await _refuse(reason, scope, receive, send)

    def _objection(self, headers: Headers) -> str | None:
        host = headers.get("host", "").lower()
        if not self._is_ours(host):
            return "Host is not allowed; start the inbox with --allowed-host to allow it."
        origin = headers.get("origin")
        if origin is not None and not self._is_own_origin(origin.lower(), host):
            return "Blocked due to CORS violation"
        if origin is None and _is_drawn_in(headers):
            return "Pages elsewhere may link to this one, but draw nothing in from it."
        return None

    def _is_ours(self, host: str) -> bool:
        name = host_name(host)
        return name in _OUR_NAMES or name in self.hosts or _is_loopback(name)

    def _is_own_origin(self, origin: str, host: str) -> bool:
        own = origin.partition("://")[2] == host and origin.startswith(("http://", "https://"))
        return own or origin in self.origins or "*" in self.origins


def host_name(host: str) -> str:
    """The name in a Host header, without its port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _is_drawn_in(headers: Headers) -> bool:
    """Whether another site's page asks for an image or the like: that sends no Origin."""
    elsewhere = headers.get("sec-fetch-site") in {"cross-site", "same-site"}
    return elsewhere and headers.get("sec-fetch-mode", "navigate") != "navigate"


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name.endswith(".localhost")


async def _refuse(reason: str, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": reason})
    else:
        await PlainTextResponse(reason, status_code=403)(scope, receive, send)
