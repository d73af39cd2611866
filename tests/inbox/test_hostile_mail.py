"""Mails made to keep a parser busy: none may cost more time than its size allows."""

import time
from collections.abc import Callable

import pytest

from mock_smtp.capture import capture
from mock_smtp.mime.addresses import MOST, read_addresses
from mock_smtp.mime.mail import read_mail
from mock_smtp.mime.markup import Tag, read_markup
from mock_smtp.mime.text import text_from_html
from mock_smtp.store.rows import Envelope

HEADERS = [
    "<", '"\\', '"a\\"', "(", "(a\\", "(a\\(", ",", "=?a?q?", "=?utf-8?q?a?= ", ":", "a@b,", ";",
    '; a="b', "; a*0*=x", "\r\n\t", "a+b@c,",
]  # fmt: skip
MARKUP = [
    "<", "<!--", "<![CDATA[", "<!a", "<?a", "<a ", '<a b="', "<a b='>", "</a", "&", "&#", "<a<",
    "<script>", "<script></", "<SCRIPT></scrip", "<title>", "<textarea>", "<div>", "<!-- ->",
]  # fmt: skip
FIELDS = ["To", "From", "Subject", "Date", "Content-Type", "Content-Disposition", "X-Tags"]


LEAST = 0.02
"""Seconds below which a time is noise."""


def stays_proportional(work: Callable[[int], object], size: int) -> bool:
    """Whether four times the size takes about four times the CPU, and not sixteen times."""
    small = min(cpu_seconds(work, size // 4) for _ in range(3))
    large = min(cpu_seconds(work, size) for _ in range(2))
    return large < 10 * max(small, LEAST)


def cpu_seconds(work: Callable[[int], object], size: int) -> float:
    """The CPU time that the work takes, whatever else the machine does."""
    began = time.process_time()
    work(size)
    return time.process_time() - began


@pytest.mark.parametrize("field", FIELDS)
def test_no_header_keeps_us_busy(field: str) -> None:
    """A header of anything costs time by its size: before, 200 kB took minutes."""
    envelope = Envelope(sender="a@example.com", recipients=["b@example.com"])
    for piece in HEADERS:

        def keep(size: int, piece: str = piece) -> None:
            source = f"{field}: {piece * (size // len(piece))}\r\n\r\nx".encode()
            capture(source, envelope)

        assert stays_proportional(keep, 200_000), piece


@pytest.mark.parametrize("piece", MARKUP)
def test_no_markup_keeps_us_busy(piece: str) -> None:
    """Broken HTML costs time by its size."""
    assert stays_proportional(lambda size: text_from_html(piece * (size // len(piece))), 1_000_000)


@pytest.mark.parametrize(
    ("html", "pieces"),
    [
        ("a<b>c</b>d", ["a", Tag("b", False, ""), "c", Tag("b", True, ""), "d"]),
        ("1 < 2 &amp; 3", ["1 ", "< 2 & 3"]),
        ("a<!-- <b> -->c<!DOCTYPE html>d<?xml?>e", ["a", "c", "d", "e"]),
        ("a<!-- never closed <b>", ["a"]),
        ("<p title='a>b'>x", [Tag("p", False, " title='a>b'"), "x"]),
        ('<p title="never>closed', [Tag("p", False, ' title="never'), "closed"]),
        (
            "<script>if (a<b) '</p>'</script>x",
            [Tag("script", False, ""), Tag("script", True, ""), "x"],
        ),
        ("<SCRIPT>x</ScRiPt >y", [Tag("script", False, ""), Tag("script", True, " "), "y"]),
        ("<script>never closed", [Tag("script", False, "")]),
        ("a<b never closed", ["a"]),
        ("<br/>x", [Tag("br", False, "/"), "x"]),
    ],
)
def test_markup_is_cut(html: str, pieces: list[object]) -> None:
    """Tags and text come in their order; comments and scripts do not come at all."""
    assert list(read_markup(html)) == pieces


def test_attributes_are_read() -> None:
    """Quoted, bare and empty ones, entities read, the first of two counts."""
    tag = Tag("a", False, ' HREF="x&amp;y" b=\'2\' c=3 d href="z"')
    assert tag.attributes == {"href": "x&y", "b": "2", "c": "3", "d": ""}


def test_text_is_what_a_reader_sees() -> None:
    """Head, style and script are not read; blocks are lines; alternative texts count."""
    html = "<html><head><title>T</title><style>p{}</style></head><body><p>One</p><div>Two"
    html += '<script>x</script></div><img alt="Three">\n\n\n\n<p>Four &ntilde;</body>'
    assert text_from_html(html) == "One\n\nTwo\n Three\n\nFour ñ"


def test_a_head_that_is_never_closed_hides_nothing() -> None:
    """A body begins where its tag is, closed head or not."""
    assert text_from_html("<head><title>T</title><body>words") == "words"


def test_thousands_of_addresses_are_read() -> None:
    """5 000 recipients are all read, in no time; beyond 10 000 the rest is left out."""
    people = [f'"Person, {number}" <p{number}@example.com>' for number in range(5000)]
    assert stays_proportional(lambda count: read_addresses(", ".join(people[:count])), 5000)
    assert len(read_addresses(", ".join(people))) == 5000
    assert len(read_addresses("a@b.c," * 20_000)) == MOST


def test_nested_mails_are_opened_as_far_as_is_wise() -> None:
    """A mail in a mail in a mail, a hundred deep, is one part to keep and is not lost."""
    source = b"Subject: core\r\n\r\nthe end\r\n"
    for depth in range(100):
        source = b"Subject: %d\r\nContent-Type: message/rfc822\r\n\r\n" % depth + source
    mail = read_mail(source)
    assert mail.subject == "99"
    assert len(mail.attachments) + len(mail.inlines) <= 1
    assert b"the end" in source[mail.tree.root.start : mail.tree.root.end]


def test_two_thousand_parts_are_listed() -> None:
    """Every part of many has its number, name and content."""
    part = b"--c\r\nContent-Disposition: attachment; filename=f%d\r\n\r\nx%d\r\n"

    def mail_of(count: int) -> bytes:
        parts = b"".join(part % (number, number) for number in range(count))
        return b"Content-Type: multipart/mixed; boundary=c\r\n\r\n" + parts + b"--c--\r\n"

    assert stays_proportional(lambda count: read_mail(mail_of(count)).attachments, 1900)
    mail = read_mail(mail_of(1900))
    assert [part.file_name for part in mail.attachments[-2:]] == ["f1898", "f1899"]
