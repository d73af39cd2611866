"""Pages of messages by cursor: page 1000 costs what page 1 does, and no new row shifts them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from rest_framework.request import Request

from email_service.notifications.models import NotificationLog
from email_service.notifications.serializers.queries import EPOCH

PAGE_SIZE = 50


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
    cursor: tuple[datetime, int] | None = None,
) -> Page:
    """The page after `cursor` of the messages in `state` that were accepted at `since` or later."""
    rows = NotificationLog.objects.order_by("-created_at", "-id")
    if state:
        rows = rows.filter(status=state)
    if since:
        rows = rows.filter(created_at__gte=since)
    if cursor:
        moment, row = cursor
        rows = rows.filter(Q(created_at__lt=moment) | Q(created_at=moment, id__lt=row))
    found = list(readable(rows)[: PAGE_SIZE + 1])
    return Page(results=found[:PAGE_SIZE], next=_next(request, found))


def _next(request: Request, found: Sequence[NotificationLog]) -> str | None:
    """The address of the next page: the same question, after the last row of this one."""
    if len(found) <= PAGE_SIZE:
        return None
    last = found[PAGE_SIZE - 1]
    moment = (last.created_at - EPOCH) // timedelta(microseconds=1)
    query: dict[str, Any] = request.query_params.dict() | {"cursor": f"{moment}-{last.pk}"}
    return f"{request.path}?{urlencode(query)}"
