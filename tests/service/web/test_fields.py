"""Every field keeps its rule, and a body that breaks one stores nothing (catalogue, rows 20-34)."""

from typing import Any

import pytest

from tests.service.factories import contact, notify
from tests.service.web.conftest import CONTACT, NOTIFY, Api, assert_problem, rows

NOT_STRINGS = [5, 0, 1.5, True, False, None, [], ["a"], {}, {"a": 1}]
LINE_ENDS = ["\r\nBcc: x@mail.example", "\n", "\r", "\x00", "\x0b", "\x0c", "\x1b", "\x7f",
             "\x85", "\u2028", "\u2029"]  # fmt: skip
INVISIBLE = ["", " ", "\t", "\u200b", "\u200b\u200d\ufeff", "\u00a0", "\u3000\u2003", "\u2800",
             "\u3164", "\u00ad", "\u2060"]  # fmt: skip
NO_UUIDS = [
    "00000000-0000-0000-0000-000000000000",
    "6f1f9bd24a1c4c3e9f0e0a1b2c3d4e5f",
    "{6f1f9bd2-4a1c-4c3e-9f0e-0a1b2c3d4e5f}",
    "urn:uuid:6f1f9bd2-4a1c-4c3e-9f0e-0a1b2c3d4e5f",
    "６f1f9bd2-4a1c-4c3e-9f0e-0a1b2c3d4e5f",
    " 6f1f9bd2-4a1c-4c3e-9f0e-0a1b2c3d4e5f",
    "6f1f9bd2-4a1c-4c3e-9f0e-0a1b2c3d4e5f\n",
    "6f1f9bd2-4a1c-4c3e-9f0e-0a1b2c3d4e5",
    "not-a-uuid",
    "",
]
NO_ADDRESSES = [
    "a@mail.example,b@mail.example",
    "a@mail.example;b@mail.example",
    "Ana <a@mail.example>",
    "<a@mail.example>",
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    "a@localhost",
    "a@mail..example",
    "a@-mail.example",
    "a@mail-.example",
    "a@mail.example.",
    "a@.example",
    "a@mail.1",
    ".a@mail.example",
    "a.@mail.example",
    "a..b@mail.example",
    '"a b"@mail.example',
    "a b@mail.example",
    " a@mail.example",
    "a@mail.example\n",
    "a@mail.example\r\nBcc: b@mail.example",
    "a@b@mail.example",
    "a(comment)@mail.example",
    "a@mail.example\x00",
    "a@ma\u200bil.example",
    "@mail.example",
    "a@",
    "a",
    "",
    "a" * 65 + "@mail.example",
    "a" * 250 + "@mail.example",
    "a@" + "b" * 64 + ".example",
    "a@" + "mail." * 50 + "example",
    "a@" + "ñ" * 60 + ".example",
    "ana@日本" + "語" * 40 + ".example",
]
ADDRESSES = [
    "a@b.co",
    "first.last+tag@mail.example",
    "o'brien@mail.example",
    "!#$%&'*+/=?^_`{|}~-@mail.example",
    "a" * 64 + "@mail.example",
    "a@" + "b" * 63 + ".example",
    "a@xn--wgv71a119e.example",
    "a@日本語.example",
    "a@пример.рф",
    "a@österreichische-bundesbahnen.at",
    "A@MAIL.EXAMPLE",
    "1@2.example",
]


def refused(api: Api, path: str, body: dict[str, Any], field: str) -> None:
    """Assert 400 with a sentence under `field` alone, and that nothing was stored."""
    problem = assert_problem(api.post(path, body), 400, "invalid")
    assert list(problem["errors"]) == [field]
    assert all(isinstance(sentence, str) and sentence for sentence in problem["errors"][field])
    assert rows() == (0, 0)


@pytest.mark.parametrize("value", NOT_STRINGS, ids=repr)
@pytest.mark.parametrize("field", ["name", "email", "message", "message_id"])
def test_contact_takes_strings_only(api: Api, field: str, value: Any) -> None:
    """Row 33: a number, boolean, null or container is no string in the contact form."""
    refused(api, CONTACT, contact(**{field: value}), field)


@pytest.mark.parametrize("value", NOT_STRINGS, ids=repr)
@pytest.mark.parametrize("field", ["to", "subject", "body", "message_id"])
def test_notify_takes_strings_only(api: Api, field: str, value: Any) -> None:
    """Rows 30 and 33: a number, boolean, null or list is no string in a notification."""
    refused(api, NOTIFY, notify(**{field: value}), field)


@pytest.mark.parametrize("end", LINE_ENDS, ids=ascii)
@pytest.mark.parametrize(
    ("path", "body", "field"), [(CONTACT, contact(), "name"), (NOTIFY, notify(), "subject")]
)
def test_a_header_field_is_one_line(
    api: Api, path: str, body: dict[str, Any], field: str, end: str
) -> None:
    """Rows 20, 21 and 24: no control character or line separator enters a header."""
    refused(api, path, body | {field: f"Hola{end}"}, field)
    refused(api, path, body | {field: f"Ho{end}la"}, field)


@pytest.mark.parametrize("text", INVISIBLE, ids=ascii)
@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (CONTACT, contact(), "name"),
        (CONTACT, contact(), "message"),
        (NOTIFY, notify(), "subject"),
        (NOTIFY, notify(), "body"),
    ],
)
def test_a_text_has_something_to_see(
    api: Api, path: str, body: dict[str, Any], field: str, text: str
) -> None:
    """Row 34: spaces, zero-width characters and fillers alone are no text."""
    refused(api, path, body | {field: text}, field)


@pytest.mark.parametrize(
    "text", ["a\r\nb", "\ta", "a\n\nb\n", "👩‍👩‍👧 ñ 日本", "a\u2028b", "\u200b\na"]
)
def test_a_message_has_lines(api: Api, text: str) -> None:
    """Line breaks, tabs and every script are a message's own."""
    assert api.post(CONTACT, contact(message=text)).status_code == 202


@pytest.mark.parametrize(
    "control", ["\x00", "\x08", "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\x9f"]
)
def test_a_message_has_no_other_controls(api: Api, control: str) -> None:
    """Row 24: NUL and its kin have no place in a text."""
    refused(api, CONTACT, contact(message=f"a{control}b"), "message")


@pytest.mark.parametrize(
    ("path", "body", "field", "longest"),
    [
        (CONTACT, contact(), "name", 200),
        (CONTACT, contact(), "message", 50_000),
        (NOTIFY, notify(), "subject", 200),
        (NOTIFY, notify(), "body", 50_000),
    ],
)
def test_a_text_has_its_length(
    api: Api, path: str, body: dict[str, Any], field: str, longest: int
) -> None:
    """The longest text is taken whole, in characters of any size; one more is refused."""
    refused(api, path, body | {field: "x" * (longest + 1)}, field)
    assert api.post(path, body | {field: "😀" * longest}).status_code == 202


@pytest.mark.parametrize("address", NO_ADDRESSES, ids=ascii)
@pytest.mark.parametrize(
    ("path", "body", "field"), [(CONTACT, contact(), "email"), (NOTIFY, notify(), "to")]
)
def test_what_is_not_one_address(
    api: Api, path: str, body: dict[str, Any], field: str, address: str
) -> None:
    """Rows 27 and 30: one addr-spec of 64 and 254 octets with a real domain, and nothing else."""
    refused(api, path, body | {field: address}, field)


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_an_address(api: Api, address: str) -> None:
    """Row 28: every dot-string at every domain, international ones too, can be written to."""
    assert api.post(NOTIFY, notify(to=address)).status_code == 202


@pytest.mark.parametrize("address", ["ñandú@mail.example", "日本@mail.example", "é.e@ñ.example"])
def test_a_foreign_local_part_has_a_code_of_its_own(api: Api, address: str) -> None:
    """Row 29: a local part beyond ASCII is told apart, since another server might take it."""
    problem = assert_problem(api.post(NOTIFY, notify(to=address)), 400, "smtputf8-unsupported")
    assert list(problem["errors"]) == ["to"]
    assert rows() == (0, 0)


@pytest.mark.parametrize("value", NO_UUIDS, ids=ascii)
@pytest.mark.parametrize(("path", "body"), [(CONTACT, contact()), (NOTIFY, notify())])
def test_a_message_id_is_canonical(api: Api, path: str, body: dict[str, Any], value: str) -> None:
    """Two spellings would be one key: only 8-4-4-4-12 is read, and nil names nothing."""
    refused(api, path, body | {"message_id": value}, "message_id")


@pytest.mark.parametrize(
    ("path", "body"), [(CONTACT, contact()), (NOTIFY, notify())], ids=["contact", "notify"]
)
def test_each_missing_field_has_its_sentence(api: Api, path: str, body: dict[str, Any]) -> None:
    """An empty object is told every field that it lacks, at once."""
    problem = assert_problem(api.post(path, {}), 400, "invalid")
    assert set(problem["errors"]) == set(body)
    assert rows() == (0, 0)
