"""Moments as people write them in a query, in the zone they mean."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

_DATES = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d %Y",
    "%B %d %Y",
    "%d-%m-%Y",
    "%d/%m/%Y",
    "%Y%m%d",
)


def zone_named(name: str) -> tzinfo:
    """The time zone of an IANA name; an unknown one counts as the server's own."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return datetime.now().astimezone().tzinfo or UTC


def read_date(text: str, zone: tzinfo) -> datetime | None:
    """A moment in one of many spellings, or None."""
    text = text.strip()[:40]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = next((found for form in _DATES if (found := _as(form, text))), None)  # type: ignore[assignment]
    if moment is None or moment.tzinfo:
        return moment
    return moment.replace(tzinfo=zone)


def _as(form: str, text: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def milliseconds(moment: datetime) -> int:
    """The moment as the store keeps it."""
    try:
        return int(moment.timestamp() * 1000)
    except (OverflowError, ValueError, OSError):  # the first or last day, moved by its zone
        return 0 if moment.year < 2000 else 2**62
