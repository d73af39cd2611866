"""The kinds of value an environment variable may have: each takes text, returns it typed.

Every function here raises ValueError with half a sentence that says what was expected.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

_SECONDS = {"s": 1, "sec": 1, "min": 60, "h": 3600, "hour": 3600, "d": 86_400, "day": 86_400}
_ADDRESS = re.compile(r"[^\s@<>,;]{1,64}@[A-Za-z0-9.-]{1,190}")


def text(value: str) -> str:
    """Any text."""
    return value


def flag(value: str) -> bool:
    """1/0, true/false, yes/no, on/off."""
    spelled = {"1": True, "true": True, "yes": True, "on": True}
    spelled |= {"0": False, "false": False, "no": False, "off": False}
    try:
        return spelled[value.lower()]
    except KeyError:
        raise ValueError("expected 1 or 0") from None


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number from `least` to `most`."""

    def parse(value: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,12}", value) or not least <= int(value) <= most:
            raise ValueError(f"expected a whole number from {least} to {most}")
        return int(value)

    return parse


def decimal(least: float, most: float) -> Callable[[str], float]:
    """A number from `least` to `most`, in plain decimal notation."""

    def parse(value: str) -> float:
        if (
            not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", value)
            or not least <= float(value) <= most
        ):
            raise ValueError(f"expected a number from {least:g} to {most:g}")
        return float(value)

    return parse


port = whole(1, 65_535)


def choice(*allowed: str) -> Callable[[str], str]:
    """One of the words given."""

    def parse(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"expected one of {', '.join(allowed)}")
        return value

    return parse


def address(value: str) -> str:
    """One e-mail address without a display name."""
    if not _ADDRESS.fullmatch(value):
        raise ValueError("expected one e-mail address")
    return value


def database_url(value: str) -> str:
    """sqlite:///path (relative), sqlite:////path (absolute) or postgres://user:password@host/name."""
    if urlsplit(value).scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ValueError("expected sqlite:///path or postgres://user:password@host:port/name")
    return value


def redis_url(value: str) -> str:
    """redis://host:port/number, or empty for none."""
    if value and urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("expected redis://host:port/number")
    return value


def keys(value: str) -> dict[str, str]:
    """name:sha256hex,… as a map from the hash to the caller's name."""
    found: dict[str, str] = {}
    for entry in filter(None, (part.strip() for part in value.split(","))):
        name, _, digest = entry.partition(":")
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,50}", name) or not re.fullmatch(
            r"[0-9a-fA-F]{64}", digest
        ):
            raise ValueError("expected name:sha256hex, separated by commas")
        found[digest.lower()] = name
    return found


def addresses_of_hosts(value: str) -> list[str]:
    """Host names separated by commas."""
    return [host.strip() for host in value.split(",") if host.strip()]


def origins(value: str) -> list[str]:
    """Origins (scheme://host:port) separated by commas; `*` is refused on purpose."""
    found = [origin.strip().rstrip("/") for origin in value.split(",") if origin.strip()]
    for origin in found:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
            raise ValueError("expected origins such as https://blog.example, no * and no path")
    return found


def rate(value: str) -> tuple[int, int] | None:
    """`30/min` as (30, 60): so many calls in so many seconds; empty for no limit."""
    if not value:
        return None
    match = re.fullmatch(r"([1-9][0-9]{0,6})/([a-z]+)", value)
    if not match or match[2] not in _SECONDS:
        raise ValueError("expected a rate such as 30/min, 5/s or 1000/h")
    return int(match[1]), _SECONDS[match[2]]
