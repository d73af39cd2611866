"""The condition a request asks for, in Mailpit's search language."""

from datetime import UTC, datetime, tzinfo

from starlette.requests import Request

from mock_smtp.api.requests import BadRequestError
from mock_smtp.store.moments import read_date, zone_named
from mock_smtp.store.query import Condition, before, count_terms, read_query

LONGEST_QUERY = 10_000
MOST_TERMS = 200


def asked_condition(request: Request) -> Condition:
    """The condition a request asks for; raises BadRequestError where it asks for none."""
    query = request.query_params.get("query", "").strip()
    if not query:
        raise BadRequestError("Error: no search query", "query")
    condition = condition_of(request, query)
    moment = read_date(request.query_params.get("before", ""), zone_of(request))
    if moment is None:
        return condition
    limit = before(moment)
    return Condition(f"({condition.sql}) AND {limit.sql}", (*condition.values, *limit.values))


def condition_of(request: Request, query: str) -> Condition:
    """The condition of a query, with dates read in the request's time zone."""
    if len(query) > LONGEST_QUERY or count_terms(query) > MOST_TERMS or query.count("%") > 20:
        raise BadRequestError("The search query is too long.", "query")
    return read_query(query, zone_of(request))


def zone_of(request: Request) -> tzinfo:
    """The zone of the query parameter `tz`, else the server's."""
    name = request.query_params.get("tz", "")
    return zone_named(name) if name else datetime.now().astimezone().tzinfo or UTC
