"""CONTACT_RATE: so many new messages per address in each window, and no more.

It protects an inbox, not a bank: where the counting fails, the message passes and the log
says so. Nothing is stored for a refused message, so its id may be sent again later.
"""

import ipaddress
import logging
from time import time

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from redis import RedisError

from email_service.notifications.models import RateWindow
from email_service.utils.logger import event
from email_service.web.problems import Refusal
from email_service.web.redis_windows import redis_windows


def spend(request: HttpRequest) -> None:
    """Count one new message of the request's address; raises Refusal (429) when it is too many."""
    rate = settings.ENVIRONMENT.contact_rate
    if rate is None:
        return
    limit, seconds = rate
    ends_at = _window_end(time(), seconds)
    if not _has_room(network_of(client_address(request)), ends_at, limit):
        wait = max(1, ends_at - int(time()))
        raise Refusal(
            "rate-limited",
            f"This address may send {limit} messages in {seconds} seconds.",
            headers={"Retry-After": str(wait)},
        )


def client_address(request: HttpRequest) -> str:
    """The address to count: the peer's, or with NUM_PROXIES=n the one the n-th proxy saw.

    What stands further left in X-Forwarded-For was written by the client and proves nothing.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.ENVIRONMENT.num_proxies
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if not proxies or not seen[0]:
        return peer
    return seen[-min(proxies, len(seen))]


def network_of(address: str) -> str:
    """What counts as one sender: an IPv4 address, or the /64 that one IPv6 customer gets."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found.packed, 64), strict=False))


def _has_room(address: str, ends_at: int, limit: int) -> bool:
    """Count in Redis if it is configured, else in the database; True when neither can tell."""
    try:
        if settings.ENVIRONMENT.redis_url:
            return redis_windows(settings.ENVIRONMENT.redis_url).admit(address, ends_at, limit)
        return _counted_in_database(address, ends_at, limit)
    except (RedisError, DatabaseError) as error:
        event("rate.unavailable", level=logging.WARNING, error=type(error).__name__)
        return True


def _counted_in_database(address: str, ends_at: int, limit: int) -> bool:
    """Count in the table; whoever opens a window sweeps out those that are over."""
    RateWindow.objects.over(int(time())).delete()
    return RateWindow.objects.admit(address, ends_at, limit)


def _window_end(moment: float, seconds: int) -> int:
    """The end of the window that `moment` lies in; windows are aligned, so hosts agree."""
    return (int(moment) // seconds + 1) * seconds
