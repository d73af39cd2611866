"""Pages of messages by cursor: page 1000 costs what page 1 does, and no new row shifts them.

The order is that of the rows' numbers. Moments would do the same on PostgreSQL, but SQLite
compares them as texts of different lengths, and a page would begin with the last one's end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from rest_framework.request import Request

from email_service.notifications.models import NotificationLog

PAGE_SIZE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some messages, newest first, and the address of those after them, if any."""

    results: Sequence[NotificationLog]
    next: str | None


def readable(rows: QuerySet[NotificationLog]) -> QuerySet[NotificationLog]:
    """`rows` as an answer needs them: attempts in one more query, the mail itself left behind."""
    return rows.defer("mime").prefetch_related("attempts")


def page_of(
    request: Request,
    *,
    state: str | None = None,
    since: datetime | None = None,
    cursor: int | None = None,
) -> Page:
    """The page after `cursor` of the messages in `state` that were accepted at `since` or later."""
    rows = NotificationLog.objects.order_by("-id")
    if state:
        rows = rows.in_state(state)
    if since:
        # Later than the microsecond before it: SQLite's texts make "equal" a matter of zeros.
        rows = rows.filter(created_at__gt=max(since, _EPOCH) - timedelta(microseconds=1))
    if cursor is not None:
        rows = rows.filter(id__lt=cursor)
    found = list(readable(rows)[: PAGE_SIZE + 1])
    return Page(results=found[:PAGE_SIZE], next=_next(request, found))


def _next(request: Request, found: Sequence[NotificationLog]) -> str | None:
    """The address of the next page: the same question, after the last row of this one."""
    if len(found) <= PAGE_SIZE:
        return None
    query: dict[str, Any] = request.query_params.dict() | {"cursor": found[PAGE_SIZE - 1].pk}
    return f"{request.path}?{urlencode(query)}"
