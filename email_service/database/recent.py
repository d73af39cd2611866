"""Whether a kept session is looked at before a request uses it.

Django sends SELECT 1 before the first statement of each request. That finds the session that an
idle night has killed; under load it is a fifteenth of an accept, for a session that has answered
a moment ago. A session that died since costs its one request a 503.
"""

from typing import Any

from django.db import connection

from email_service.database import waiting

_RECENT = 1.0


def trust_recent_session(**_signal: Any) -> None:
    """At the start of a request: no look at a session that answered within the last second."""
    if waiting.answered_within(_RECENT):
        # django-stubs do not know the attribute.
        connection.health_check_done = True  # type: ignore[attr-defined]
