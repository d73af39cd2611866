"""What the list of messages can be asked for."""

import re
from datetime import UTC, datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from email_service.notifications.models import Status
from email_service.notifications.serializers.fields import RuledText
from email_service.notifications.serializers.rules import Rule

# A row's number; every match is a place in the list, and fits a 64-bit integer.
_CURSOR = Rule("^[0-9]{1,18}$", 18, "Must be the cursor of an earlier page's `next`.")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)


class CursorField(RuledText):
    """A place in the list: the number of the row before it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(_CURSOR, **options)

    def to_internal_value(self, data: object) -> int:
        """The place."""
        return int(super().to_internal_value(data))


@extend_schema_field(OpenApiTypes.DATETIME)
class MomentField(serializers.Field[Any, Any, Any, Any]):
    """A date-time with its offset (RFC 3339); DRF's own takes other forms too."""

    default_error_messages = {
        "not_a_moment": "Must be a date-time such as 2026-11-24T10:00:00Z (write + as %2B)."
    }

    def to_internal_value(self, data: object) -> datetime:
        """The moment, in UTC."""
        if not isinstance(data, str) or not _MOMENT.fullmatch(data):
            self.fail("not_a_moment")
        try:
            return _moment(data.upper())
        except ValueError:
            self.fail("not_a_moment")


class ListQuery(serializers.Serializer[Any]):
    """The query of GET /api/messages/; unknown parameters are ignored."""

    state = serializers.ChoiceField(choices=Status.choices, required=False)
    since = MomentField(required=False, help_text="Accepted at this moment or later.")
    cursor = CursorField(required=False, help_text="From the `next` of the page before.")


def _moment(text: str) -> datetime:
    """The moment; a leap second counts as the one before it, what UTC cannot hold as its edge."""
    found = datetime.fromisoformat(re.sub(r":60(?=[.Z+-])", ":59", text))
    try:
        return found.astimezone(UTC)
    except OverflowError:
        edge = datetime.min if found.year == 1 else datetime.max
        return edge.replace(tzinfo=UTC)
