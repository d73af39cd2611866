"""A message by our own hand reads like one by the standard library's."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from email_service.utils.mime import text_message

printable = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)
layout = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=2000)


def read(headers: list[tuple[str, str]], body: str) -> EmailMessage:
    """The message, parsed by the standard library."""
    mime = text_message(headers, body)
    assert mime.isascii()
    assert max(map(len, mime.split(b"\r\n"))) <= 998
    assert b"\n" not in mime.replace(b"\r\n", b"")
    found = message_from_bytes(mime, policy=policy.SMTP)
    assert isinstance(found, EmailMessage)
    assert found.defects == []
    return found


@pytest.mark.parametrize(
    "body", ["", "Hola", "a\nb\r\nc", ".\n..", "ñ" * 500, "漢字" * 90, "x" * 2000]
)
def test_a_body_survives(body: str) -> None:
    """Whatever it needs to pass seven-bit servers, it decodes to what was written."""
    found = read([("Subject", "s")], body)
    assert found.get_content().splitlines() == body.encode().decode().splitlines()


@given(body=layout)
def test_any_body_survives(body: str) -> None:
    """No text is harmed, but for the kind of its line ends."""
    expected = b"".join(line + b"\n" for line in body.encode().splitlines())
    payload = read([("Subject", "s")], body).get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.replace(b"\r\n", b"\n") == expected


@given(subject=printable)
def test_a_subject_survives(subject: str) -> None:
    """It reads as with the standard library, and leaves the other headers alone."""
    theirs = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit"))
    theirs["Subject"] = subject
    expected = message_from_bytes(theirs.as_bytes(), policy=policy.SMTP)["Subject"]
    found = read([("Subject", subject), ("To", "ana@mail.example")], "Hola")
    assert (found["Subject"], found["To"]) == (expected, "ana@mail.example")


@pytest.mark.parametrize("value", ["a\r\nBcc: eve@x.example", "a\nb", "a\rb"])
def test_a_line_break_in_a_header_is_refused(value: str) -> None:
    """No header can be smuggled in."""
    with pytest.raises(ValueError, match="linefeed"):
        text_message([("Subject", value)], "Hola")
