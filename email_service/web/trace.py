"""The ids of one request: its own, and its place in a distributed trace (W3C Trace Context)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# https://www.w3.org/TR/trace-context/#traceparent-header: lower-case hex, version ff and ids of
# zeros are invalid; a later version may carry more fields after a dash.
_TRACEPARENT = re.compile(
    r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?"
)


@dataclass(frozen=True, kw_only=True)
class Trace:
    """`span_id` is this request's own; `traceparent` names it as the parent of what follows."""

    request_id: str
    trace_id: str
    span_id: str
    flags: str = "00"

    @property
    def traceparent(self) -> str:
        """The header for whoever is called next, and for the message's row."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


def trace_from(headers: Mapping[str, str]) -> Trace:
    """Follow the caller's ids where they are well-formed, make new ones where they are not."""
    parent = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    if parent and parent[1] == "00" and parent[5]:
        parent = None
    trace_id = parent[2] if parent else token_hex(16)
    given = headers.get("X-Request-ID", "")
    return Trace(
        request_id=given if _REQUEST_ID.fullmatch(given) else trace_id,
        trace_id=trace_id,
        span_id=token_hex(8),
        flags=parent[4] if parent else "00",
    )
