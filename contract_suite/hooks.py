"""What schemathesis.toml cannot say: which requests a contract test does not send."""

from typing import Any

import schemathesis

_HEADER = "idempotency-key"


@schemathesis.hook
def filter_case(_context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> bool:
    """Never both carriers of the id: they must be equal, which no schema can say.

    Two different ids are 400 by design; that rule has tests of its own.
    """
    return not (_in_header(case.headers) and _in_body(case.body))


def _in_header(headers: Any) -> bool:
    """Whether the request's headers name the id."""
    return any(name.lower() == _HEADER for name in headers or {})


def _in_body(body: Any) -> bool:
    """Whether the request's body names the id."""
    return isinstance(body, dict) and "message_id" in body
