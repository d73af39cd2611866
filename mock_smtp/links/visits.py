"""Trying links out: bounded in number, time and redirects, and kept away from private networks.

A link in a mail is a stranger's wish. Each host is looked up once and that very address is called,
so that a name cannot point elsewhere the second time; no body is ever read.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

_TOGETHER = 8
_ONE = 10.0
_ALL = 30.0
_MOST_HOPS = 5
_LARGEST_HEAD = 64 * 1024
_UNQUOTED = "!#$%&'()*+,/:;=?@[]~"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Visited(NamedTuple):
    """A link and what it answered: a status, or 0 and the reason why there is none."""

    url: str
    code: int
    status: str


class _Answer(NamedTuple):
    code: int
    reason: str
    location: str


class _BlockedError(Exception):
    """The link leads to an address that must not be called."""


class Visitor:
    """Visits links; `private` allows addresses of this machine and its networks."""

    def __init__(self, *, follow: bool = False, private: bool = False) -> None:
        self._follow = follow
        self._private = private
        self._gate = asyncio.Semaphore(_TOGETHER)

    async def visit_all(self, links: Sequence[str]) -> list[Visited]:
        """What each link answered, in their order; those that take too long count as unreached."""
        tasks = [asyncio.ensure_future(self._in_turn(link)) for link in links]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_ALL)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        return [
            Visited(link, 0, "Timeout") if task.cancelled() else task.result()
            for link, task in zip(links, tasks, strict=True)
        ]

    async def _in_turn(self, link: str) -> Visited:
        async with self._gate:
            try:
                async with asyncio.timeout(_ONE):
                    return await self._visit(link)
            except TimeoutError:
                return Visited(link, 0, "Timeout")
            except _BlockedError:
                return Visited(link, 451, "Blocked private/reserved address")
            except ssl.SSLError as error:
                return Visited(link, 0, f"TLS: {error.reason or error}")
            except (OSError, ValueError, asyncio.IncompleteReadError) as error:
                return Visited(link, 0, _reason(error))
            except asyncio.LimitOverrunError:
                return Visited(link, 0, "The answer's headers are too long")

    async def _visit(self, link: str) -> Visited:
        url = link
        for _ in range(_MOST_HOPS + 1):
            answer = await self._ask("HEAD", url)
            if answer.code >= 400:
                answer = await self._ask("GET", url)  # many servers know no HEAD
            if not (self._follow and 300 <= answer.code < 400 and answer.location):
                return Visited(link, answer.code, answer.reason)
            url = urljoin(url, answer.location)
        return Visited(link, 0, "Too many redirects")

    async def _ask(self, method: str, url: str) -> _Answer:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("no web address")
        name = (
            parts.hostname.encode("idna").decode() if ":" not in parts.hostname else parts.hostname
        )
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        reader, writer = await asyncio.open_connection(
            await self._address(name, port),
            port,
            ssl=ssl.create_default_context() if secure else None,
            server_hostname=name if secure else None,
            limit=_LARGEST_HEAD,
        )
        try:
            writer.write(_question(method, parts, name))
            return _read(await reader.readuntil(b"\r\n\r\n"))
        finally:
            writer.transport.abort()

    async def _address(self, name: str, port: int) -> str:
        """The address of a host that may be called."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        if not self._private and not all(is_public(address) for address in addresses):
            raise _BlockedError
        return addresses[0]


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, also when it is wrapped in another."""
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        inner = number.ipv4_mapped or number.sixtofour or (number.teredo or (None, None))[1]
        if inner is not None:
            number = inner
        elif number in _NAT64:
            number = ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    return number.is_global and not number.is_multicast


def _question(method: str, parts: SplitResult, name: str) -> bytes:
    target = quote(parts.path or "/", safe=_UNQUOTED)
    if parts.query:
        target += "?" + quote(parts.query, safe=_UNQUOTED)
    host = f"[{name}]" if ":" in name else name
    host += f":{parts.port}" if parts.port else ""
    return (
        f"{method} {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: mock_smtp link check\r\n"
        "Accept: */*\r\nConnection: close\r\n\r\n"
    ).encode("ascii")


def _read(head: bytes) -> _Answer:
    first, *lines = head.decode("latin-1").split("\r\n")
    version, _, rest = first.partition(" ")
    code, _, reason = rest.partition(" ")
    if not version.startswith("HTTP/") or not (code.isascii() and code.isdigit()):
        raise ValueError("no HTTP answer")
    fields = (line.partition(":") for line in lines)
    location = next((value for name, _, value in fields if name.lower() == "location"), "")
    return _Answer(int(code), reason[:200], location.strip())


def _reason(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "Host not found"
    if isinstance(error, asyncio.IncompleteReadError):
        return "Connection closed"
    return str(getattr(error, "strerror", None) or error)[:200]
