"""The ids of a request, its two lines, and what its answer's headers tell browsers."""

import logging
from typing import Any

import pytest

from email_service.web.trace import trace_from
from tests.service.factories import contact
from tests.service.web.conftest import CONTACT, MESSAGES, Api

TRACE, SPAN = "a" * 32, "b" * 16
PARENT = f"00-{TRACE}-{SPAN}-01"


@pytest.mark.parametrize("given", ["a", "A-b_c.1", "x" * 64])
def test_a_good_request_id_is_kept(api: Api, given: str) -> None:
    """Who sends X-Request-ID finds it in the answer, on errors too."""
    assert api.get(MESSAGES, headers={"X-Request-ID": given})["X-Request-ID"] == given
    assert api.get("/nothing", headers={"X-Request-ID": given})["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\tb", "ñ", "a;b", '{"a":1}', "a,b"])
def test_a_bad_request_id_is_replaced(api: Api, given: str) -> None:
    """What could break a log line is not repeated."""
    made = api.get(MESSAGES, headers={"X-Request-ID": given})["X-Request-ID"]
    assert made != given
    assert len(made) == 32


def test_the_trace_is_followed() -> None:
    """Within a trace the request is a new span of it, and is named by it if it has no name."""
    trace = trace_from({"traceparent": PARENT})
    assert (trace.request_id, trace.trace_id, trace.flags) == (TRACE, TRACE, "01")
    assert trace.span_id != SPAN
    assert trace.traceparent == f"00-{TRACE}-{trace.span_id}-01"


def test_a_later_version_is_read_as_far_as_known() -> None:
    """W3C: a version above 00 may carry more fields, and is followed all the same."""
    assert trace_from({"traceparent": f"cc-{TRACE}-{SPAN}-01-what"}).trace_id == TRACE


@pytest.mark.parametrize(
    "given",
    [
        "",
        "00",
        PARENT.upper(),
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE[:-1]}-{SPAN}-01",
        f" {PARENT}",
    ],
)
def test_a_bad_trace_is_not_followed(given: str) -> None:
    """W3C: an invalid traceparent starts a new trace."""
    assert TRACE not in trace_from({"traceparent": given}).traceparent


def test_each_request_has_two_lines(api: Api, lines: list[dict[str, Any]]) -> None:
    """In and out, with what a person looks for: method, route, status, time, bytes and ids."""
    answer = api.post(CONTACT, contact())
    first, last = lines[0], lines[-1]
    assert (first["event"], last["event"]) == ("request.received", "request.finished")
    assert (first["method"], first["path"]) == ("POST", CONTACT)
    assert (last["method"], last["route"], last["status"]) == ("POST", CONTACT, 202)
    assert last["duration_ms"] >= 0
    assert (last["request_bytes"], last["response_bytes"]) == (
        first["request_bytes"],
        len(answer.content),
    )
    assert {line["request_id"] for line in lines} == {answer["X-Request-ID"]}
    assert {len(line["trace_id"]) for line in lines} == {32}


def test_the_route_is_a_template(api: Api, lines: list[dict[str, Any]]) -> None:
    """Lines of one endpoint group together, whatever ids were asked for."""
    message_id = "6f1f9bd2-4a1c-4c3e-9f0e-0a1b2c3d4e5f"
    api.get(MESSAGES + message_id)
    assert lines[-1]["route"] == "/api/messages/<str:message_id>"
    assert lines[-1]["message_id"] == message_id


@pytest.mark.parametrize("path", ["/livez", "/readyz/", "/healthz", "/metrics"])
def test_probes_are_quiet(api: Api, lines: list[dict[str, Any]], path: str) -> None:
    """What asks every second logs at DEBUG."""
    api.get(path)
    mine = [line["level"] for line in lines if line["event"].startswith("request.")]
    assert set(mine) == {logging.getLevelName(logging.DEBUG).lower()}


def test_no_key_is_logged(api: Api, service_key: str, lines: list[dict[str, Any]]) -> None:
    """Neither a right key nor a wrong one reaches the log."""
    api.get(MESSAGES)
    api.get(MESSAGES, headers={"Authorization": "Bearer mistyped-key"})
    assert not [line for line in lines if service_key in str(line) or "mistyped" in str(line)]


@pytest.mark.parametrize("path", [MESSAGES, "/nothing", "/livez", "/api/docs/", "/api/schema/"])
def test_browsers_are_told_to_be_careful(api: Api, path: str) -> None:
    """No answer is sniffed, framed, or loads anything from elsewhere."""
    answer = api.get(path)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


def test_a_known_origin_may_call(api: Api, settings: Any) -> None:
    """CORS_ALLOWED_ORIGINS may preflight and read the headers that the contract names."""
    settings.CORS_ALLOWED_ORIGINS = ["https://blog.example"]
    preflight = {
        "Origin": "https://blog.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,idempotency-key",
    }
    allowed = api._client.options(CONTACT, headers=preflight)
    assert allowed["Access-Control-Allow-Origin"] == "https://blog.example"
    assert "idempotency-key" in allowed["Access-Control-Allow-Headers"]
    answer = api.post(CONTACT, contact(), headers={"Origin": "https://blog.example"})
    assert "Idempotent-Replayed" in answer["Access-Control-Expose-Headers"]


def test_an_unknown_origin_may_not(api: Api) -> None:
    """By default no page of another origin gets to read an answer."""
    answer = api.post(CONTACT, contact(), headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in answer
