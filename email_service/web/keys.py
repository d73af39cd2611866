"""Who calls: `Authorization: Bearer KEY`, compared by hash, in the same time for every key."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from django.conf import settings
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from email_service.environment import Environment, WrongSetting
from email_service.web.problems import Refusal

# Any of these says that the peer speaks for somebody else, so its loopback address means nothing.
_FORWARDING = (
    "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
    "X-Forwarded-Port", "X-Forwarded-Server", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP",
)  # fmt: skip


@dataclass(frozen=True)
class Caller:
    """A service that may call; an empty name is the keyless caller of ALLOW_OPEN."""

    name: str
    is_authenticated: bool = True


class ServiceKey(BaseAuthentication):
    """Admits who shows a key of SERVICE_API_KEYS, and with ALLOW_OPEN=1 this machine's own."""

    def authenticate(self, request: Request) -> tuple[Caller, None]:
        """The caller; raises 401, or 403 for a keyless call that ALLOW_OPEN does not cover."""
        credentials = request.headers.get("Authorization")
        if credentials is None:
            return _keyless(request._request), None
        name = caller_named_by(credentials, settings.ENVIRONMENT.service_api_keys)
        if name is None:
            raise AuthenticationFailed("This key is not known.")
        return Caller(name), None

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's signature
        """The challenge of the 401 (RFC 6750, section 3)."""
        return 'Bearer realm="email-service"'


def caller_named_by(credentials: str, keys: Mapping[str, str]) -> str | None:
    """The name whose key `credentials` (an Authorization header) shows, None if nobody's.

    `keys` maps sha256 hex to name. Every key is compared, whichever fits: time tells nothing.
    """
    scheme, _, key = credentials.partition(" ")
    digest = sha256(key.strip().encode()).hexdigest()
    named = [name for known, name in keys.items() if compare_digest(known, digest)]
    return named[0] if named and scheme.lower() == "bearer" else None


def require_a_door(environment: Environment) -> None:
    """Stop a web start that would be closed to all, or open to all by oversight."""
    if not environment.service_api_keys and not environment.allow_open:
        raise WrongSetting(
            "Set SERVICE_API_KEYS=name:sha256hex (who may call), or ALLOW_OPEN=1 to serve keyless "
            "calls from this machine only."
        )


def is_local(request: HttpRequest) -> bool:
    """Whether the call comes from this machine, to it, and through nobody."""
    forwarded = any(name in request.headers for name in _FORWARDING)
    peer = str(request.META.get("REMOTE_ADDR", ""))
    return not forwarded and is_loopback(peer) and is_loopback(_host_named(request))


def _keyless(request: HttpRequest) -> Caller:
    """The caller without a key, where ALLOW_OPEN covers it."""
    if not settings.ENVIRONMENT.allow_open:
        raise NotAuthenticated("Send Authorization: Bearer with a service key.")
    if not is_local(request):
        raise Refusal("forbidden", "Without a key only this machine itself may call.")
    return Caller("")


def _host_named(request: HttpRequest) -> str:
    """The host the client believes to talk to: a rebound DNS name shows here."""
    host = request.get_host()
    return host.rpartition("]")[0].strip("[]") if "]" in host else host.partition(":")[0]


def is_loopback(host: str) -> bool:
    """Whether a name or address can only mean this machine."""
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
