"""Mail as it should be is read as Python's own, slower parser reads it."""

import random
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from mock_smtp.mime.mail import Mail, read_mail
from mock_smtp.mime.text import snippet_of, text_from_html


def whole_mail(seed: int) -> bytes:
    """A well-formed mail of random words, parts, names and encodings."""
    dice = random.Random(seed)
    message = EmailMessage()
    message["From"], message["To"] = "José <jose@x.org>", "a@x.org, Bob <b@x.org>"
    message["Subject"] = "".join(dice.choices('aá ñ😀b,;"', k=dice.randrange(60))).strip()
    text = "".join(dice.choices("aáñ😀b .=\n", k=dice.randrange(900))) + "\n"
    message.set_content(text, cte=dice.choice(["base64", "quoted-printable", "8bit"]))
    if dice.random() < 0.5:
        message.add_alternative(f"<p>{text}</p>", subtype="html")
    if dice.random() < 0.5:
        name = "ñ" * dice.randrange(1, 80) + ".bin"
        message.add_attachment(b"x" * 300, maintype="application", subtype="x", filename=name)
    return message.as_bytes(policy=policy.SMTP)


def both(seed: int) -> tuple[Mail, EmailMessage]:
    """The same mail as we read it and as Python reads it."""
    source = whole_mail(seed)
    return read_mail(source), message_from_bytes(source, policy=policy.default)  # type: ignore[return-value]


@pytest.mark.parametrize("seed", range(100))
def test_whole_mails_are_read_alike(seed: int) -> None:
    """Subject, text, HTML, people and file names are the same in both readings."""
    ours, python = both(seed)
    plain, html = python.get_body(("plain",)), python.get_body(("html",))
    assert ours.subject.split() == str(python["Subject"]).split()
    assert ours.text == (plain.get_content().replace("\r\n", "\n") if plain else "")
    assert ours.html == (html.get_content().replace("\r\n", "\n") if html else "")
    assert [part.file_name for part in ours.attachments] == [
        part.get_filename() for part in python.iter_attachments()
    ]
    assert [tuple(address) for address in ours.people("To")] == [
        ("", "a@x.org"),
        ("Bob", "b@x.org"),
    ]
    assert ours.tree.flaws == []


def test_parts_are_numbered_as_mailpit_does() -> None:
    """Children count from 1, nested ones with a dot; a single part is 0."""
    nested = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"
    nested += b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n"
    nested += b"--a\r\n\r\ny\r\n--a--"
    assert [part.number for part in read_mail(nested).tree.root.leaves()] == ["1.1", "2"]
    assert [part.number for part in read_mail(b"\r\nx").tree.root.leaves()] == ["0"]


def test_html_is_read_as_a_reader_sees_it() -> None:
    """Markup, style and script are gone, blocks are lines, entities are letters."""
    html = "<style>p{}</style><p>Hola&nbsp;<b>Ana</b></p><script>x()</script><p>&ntilde;</p>"
    assert text_from_html(html).split() == ["Hola", "Ana", "ñ"]


def test_a_snippet_is_cut_between_letters() -> None:
    """A long text is cut at 200 bytes, never inside a letter, and ends with dots."""
    snippet = snippet_of("ñ" * 500)
    assert snippet == "ñ" * 100 + "..."
    assert snippet_of("  two \n words ") == "two words"
