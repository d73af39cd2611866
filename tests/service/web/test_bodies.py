"""Bodies that no view should see: too large, not JSON, not readable alike by everybody."""

import gzip
from io import BytesIO
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from email_service.web.bodies import BodyLimitMiddleware
from tests.service.factories import contact
from tests.service.web.conftest import CONTACT, Api, assert_problem, rows

VALID = b'{"name":"Ana","email":"ana@mail.example","message":"Hola"%s}'
MALFORMED = {
    "not json": b"name=Ana",
    "cut": b'{"name":"Ana"',
    "trailing": VALID % b"" + b" x",
    "comment": VALID % b"" + b"/* */",
    "single quotes": b"{'name':'Ana'}",
    "a number": b"5",
    "null": b"null",
    "a string": b'"Ana"',
    "a list": b"[" + VALID % b"" + b"]",
    "depth bomb": b"[" * 100_000,
    "deep object": b'{"a":' * 100_000,
    "duplicate name": VALID % b',"name":"Eva"',
    "duplicate inside": VALID % b',"x":{"a":1,"a":2}',
    "NaN": VALID % b',"x":NaN',
    "Infinity": VALID % b',"x":-Infinity',
    "1e999": VALID % b',"x":1e999',
    "5000 digits": VALID % (b',"x":' + b"9" * 5000),
    "lone surrogate": VALID % b',"x":"\\ud800"',
    "lone surrogate in a name": VALID % b',"\\udc00":1',
    "invalid utf-8": VALID % b',"x":"\xff\xfe"',
    "overlong utf-8": VALID % b',"x":"\xc0\xaf"',
    "encoded surrogate": VALID % b',"x":"\xed\xa0\x80"',
    "utf-16": (VALID % b"").decode().encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf" + VALID % b"",
    "raw control": VALID % b',"x":"a\nb"',
    "gzip": gzip.compress(VALID % b""),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_not_interoperable_json(api: Api, body: bytes) -> None:
    """Rows 22 to 26: 400, never 500, and nothing is stored."""
    assert_problem(api.post(CONTACT, body), 400, "malformed")
    assert rows() == (0, 0)


@pytest.mark.parametrize("content_type", ["application/json", ""])
def test_an_empty_body(api: Api, content_type: str) -> None:
    """Row 31: no body is 400, whatever type it claims."""
    answer = api.post(CONTACT, b"", content_type=content_type)
    assert_problem(answer, 400, "invalid")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "text/json",
        "application/xml",
        "application/vnd.api+json",
        "application/*",
        "*/*",
        "json",
        "",
        "application/json; charset=utf-7",
        "application/json; charset=utf-16",
        "application/json; charset=latin-1",
        "application/json; charset=idna",
        "application/json; charset=unicode_escape",
        'application/json; charset="nonsense"',
        "x" * 5_000,
    ],
)
def test_another_media_type(api: Api, content_type: str) -> None:
    """Rows 22 and 31: only application/json in UTF-8 is read; the rest is 415."""
    answer = api.post(CONTACT, VALID % b"", content_type=content_type)
    assert_problem(answer, 415, "unsupported-media-type")
    assert rows() == (0, 0)


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=UTF-8",
     'application/json;charset="utf-8"', "application/json; version=1"],
)  # fmt: skip
def test_json_in_any_spelling(api: Api, content_type: str) -> None:
    """Media types and charsets compare without case; other parameters say nothing."""
    assert api.post(CONTACT, VALID % b"", content_type=content_type).status_code == 202


def test_a_large_body(api: Api) -> None:
    """Row 14: a body over the limit is 413 before it is parsed."""
    answer = api.post(CONTACT, contact(message="x" * 1_048_577))
    assert_problem(answer, 413, "too-large")
    assert rows() == (0, 0)


def test_a_large_body_of_unknown_members_passes_to_the_limit(api: Api) -> None:
    """What is under the limit is read, however it is filled."""
    assert api.post(CONTACT, contact(padding="x" * 1_000_000)).status_code == 202


@pytest.mark.parametrize(("size", "status"), [(1_048_576, 200), (1_048_577, 413)])
def test_a_chunked_body_is_counted(size: int, status: int) -> None:
    """A body without a declared length meets the same limit, and is whole for the view."""
    stream = BytesIO(b"x" * size)
    request = RequestFactory().generic("POST", CONTACT, HTTP_TRANSFER_ENCODING="chunked")
    request.META |= {"wsgi.input": stream, "wsgi.input_terminated": True}

    def view(passed: Any) -> Any:
        return HttpResponse(str(len(passed.body)))

    answer = BodyLimitMiddleware(view)(request)
    assert answer.status_code == status
    if status == 200:
        assert getattr(answer, "content", b"") == str(size).encode()


def test_a_refused_body_is_read_to_its_end() -> None:
    """A client that sends everything first gets to read the 413: the body is drained."""
    stream = BytesIO(b"x" * 3_000_000)
    request = RequestFactory().generic("POST", CONTACT)
    request.META |= {"wsgi.input": stream, "CONTENT_LENGTH": "3000000"}
    assert BodyLimitMiddleware(lambda _request: HttpResponse())(request).status_code == 413
    assert stream.read() == b""
