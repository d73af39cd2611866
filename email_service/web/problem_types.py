"""The catalogue of problems: every error code the service answers, its status and its title.

A code is a promise to programs and is never translated; titles and details are for people.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProblemType:
    """One kind of problem (RFC 9457, section 3.1): its code, HTTP status and title."""

    code: str
    status: int
    title: str


_CATALOGUE = (
    ProblemType("invalid", 400, "A field is missing or not valid"),
    ProblemType("malformed", 400, "The request cannot be read"),
    ProblemType("idempotency-key-required", 400, "This call needs an idempotency key"),
    ProblemType("idempotency-key-mismatch", 400, "Header and body give different ids"),
    ProblemType("smtputf8-unsupported", 400, "The part before the @ must be ASCII"),
    ProblemType("unauthenticated", 401, "A service key is needed"),
    ProblemType("forbidden", 403, "This call is not allowed from here"),
    ProblemType("not-found", 404, "There is nothing at this address"),
    ProblemType("method-not-allowed", 405, "This address does not know the method"),
    ProblemType("not-acceptable", 406, "Only JSON can be answered"),
    ProblemType("in-flight", 409, "The same message is being accepted right now"),
    ProblemType("not-failed", 409, "Only a failed message can be replayed"),
    ProblemType("too-large", 413, "The body is too large"),
    ProblemType("unsupported-media-type", 415, "Only JSON in UTF-8 is read"),
    ProblemType("idempotency-key-reused", 422, "This id stands for another message"),
    ProblemType("rate-limited", 429, "Too many messages from this address"),
    ProblemType("header-too-large", 431, "The request's headers are too large"),
    ProblemType("internal", 500, "The service failed"),
    ProblemType("not-implemented", 501, "The server does not know this transfer coding"),
    ProblemType("unavailable", 503, "The service cannot take the request now"),
)
PROBLEM_TYPES = {kind.code: kind for kind in _CATALOGUE}


def code_of_status(status: int) -> str:
    """The most general code of an HTTP status."""
    general = {400: "malformed", 409: "in-flight"}
    codes = (kind.code for kind in _CATALOGUE if kind.status == status)
    return general.get(status) or next(codes, "malformed" if status < 500 else "internal")
