"""Nothing that a client sends produces a 500 or a page of HTML, and what is refused is not kept."""

import json
from typing import Any
from urllib.parse import urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from email_service.notifications.models import NotificationLog
from email_service.notifications.serializers.addresses import ADDRESS, envelope_form
from tests.engines.service import KEY
from tests.service.factories import contact, notify
from tests.service.web.conftest import CONTACT, MESSAGES, NOTIFY, Api

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
header_text = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"))
bounded = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def changed(body: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The body with some of its members, or others, replaced by anything."""
    names = st.sampled_from([*body, "message_id"]) | st.text()
    return st.dictionaries(names, anything, min_size=1, max_size=3).map(lambda new: body | new)


class NothingBreaks(TestCase):
    """Each example is one request, in a transaction of its own."""

    def expect_sense(self, answer: Any) -> None:
        """Assert that the answer is one of the contract's, and that a refusal kept nothing."""
        assert answer.status_code < 500, answer.content
        assert answer["Content-Type"] in {"application/json", "application/problem+json"}
        json.loads(answer.content)
        if answer.status_code >= 400:
            assert not NotificationLog.objects.exists()

    @bounded
    @given(body=changed(contact()))
    def test_any_contact_form(self, body: dict[str, Any]) -> None:
        """Whatever stands in the form's fields."""
        self.expect_sense(Api(KEY).post(CONTACT, body))

    @bounded
    @given(body=changed(notify()))
    def test_any_notification(self, body: dict[str, Any]) -> None:
        """Whatever stands in a notification's fields."""
        self.expect_sense(Api(KEY).post(NOTIFY, body))

    @bounded
    @given(body=st.binary(), content_type=st.just("application/json") | header_text)
    def test_any_bytes(self, body: bytes, content_type: str) -> None:
        """Whatever bytes come, whatever they claim to be."""
        self.expect_sense(Api(KEY).post(CONTACT, body, content_type=content_type))

    @bounded
    @given(
        st.sampled_from(
            ["Accept", "Authorization", "Idempotency-Key", "Host", "X-Request-ID", "traceparent",
             "X-Forwarded-For", "Origin", "Cookie", "Content-Encoding", "Transfer-Encoding"]
        ),
        header_text,
    )  # fmt: skip
    def test_any_header(self, name: str, value: str) -> None:
        """Whatever a header holds."""
        self.expect_sense(Api(KEY).post(NOTIFY, notify(), headers={name: value}))

    @bounded
    @given(path=st.text(max_size=30), query=header_text)
    def test_any_address(self, path: str, query: str) -> None:
        """Whatever is asked for."""
        answer = Api(KEY).get(MESSAGES + path, QUERY_STRING=query)
        self.expect_sense(answer)

    @bounded
    @given(state=st.text(), since=st.text(), cursor=st.text())
    def test_any_filter(self, **query: str) -> None:
        """Whatever the list is asked."""
        self.expect_sense(Api(KEY).get(f"{MESSAGES}?{urlencode(query)}"))

    @bounded
    @given(address=st.from_regex(ADDRESS.regex, fullmatch=True).filter(ADDRESS.fits))
    def test_any_address_that_fits_can_be_written_to(self, address: str) -> None:
        """What the pattern allows has an envelope form, is accepted, and its mail is built."""
        assert envelope_form(address).isascii()
        assert Api(KEY).post(NOTIFY, notify(to=address)).status_code == 202
        assert Api(KEY).post(CONTACT, contact(email=address)).status_code == 202
