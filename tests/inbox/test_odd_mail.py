"""Mail that is broken, hostile or merely odd: all of it is kept, listed, opened and searched."""

import smtplib
import socket

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_smtp.capture import capture
from mock_smtp.mime.content import content_of
from mock_smtp.mime.mail import read_mail
from mock_smtp.store.rows import Envelope
from mock_smtp.testing import StartedInbox
from tests.inbox.mails import ODD, cpython_mails, cut_mails


def deliver(inbox: StartedInbox, sources: list[bytes]) -> None:
    """Send sources as they are, only dots stuffed, over one connection."""
    with socket.create_connection(("127.0.0.1", inbox.smtp_port), timeout=60) as line:
        heard = line.makefile("rb")
        heard.readline()
        line.sendall(b"HELO me\r\n")
        heard.readline()
        for source in sources:
            line.sendall(b"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n")
            codes = [heard.readline()[:3] for _ in range(3)]
            stuffed = (b"\r\n" + source).replace(b"\r\n.", b"\r\n..")[2:]
            line.sendall(stuffed + b"\r\n.\r\n")
            assert [*codes, heard.readline()[:3]] == [b"250", b"250", b"354", b"250"]


def test_hundreds_of_odd_mails_are_kept_and_opened(inbox: StartedInbox) -> None:
    """Every one is stored byte for byte, listed, opened, shown and searched without a 5xx."""
    mails = ODD | cpython_mails() | cut_mails()
    assert len(mails) > 200
    deliver(inbox, list(mails.values()))
    ids = [mail["ID"] for mail in inbox.messages()][::-1]
    assert len(ids) == len(mails)
    with httpx.Client(base_url=inbox.base_url) as web:
        for number, (name, source) in zip(ids, mails.items(), strict=True):
            opened = [
                web.get(path).status_code
                for path in (
                    f"/api/v1/message/{number}",
                    f"/api/v1/message/{number}/headers",
                    f"/view/{number}",
                    f"/view/{number}.txt",
                )
            ]
            assert opened == [200] * 4, name
            assert web.get(f"/view/{number}.html").status_code in {200, 404}, name
            assert inbox.raw(number) == source + b"\r\n", name
        assert web.get("/", params={"query": "odd"}).status_code == 200
    assert len(inbox.search("from:a@example.com")) > 20


def test_a_flaw_is_named(inbox: StartedInbox) -> None:
    """A broken mail says on its page what is broken."""
    deliver(inbox, [ODD["no boundary"]])
    page = httpx.get(f"{inbox.base_url}/view/latest", follow_redirects=True).text
    assert "names no boundary" in page
    assert "lost?" in inbox.message()["Text"]


@given(st.binary(max_size=2000))
def test_any_bytes_can_be_captured(source: bytes) -> None:
    """No bytes at all make the reader raise."""
    capture(source, Envelope(sender="a@example.com", recipients=["b@example.com"]))


PIECES = [
    b"Content-Type: multipart/mixed; boundary=", b"text/html", b"charset=", b"utf-8", b"=?utf-8?Q?",
    b"\r\n", b"\r\n\r\n", b"--", b"--b\r\n", b"--b--",
    b"b", b";", b'"', b"<", b">", b"@", b",",
    b"Content-Transfer-Encoding: base64\r\n", b"Subject: ", b"To: ", b"\xff", b"filename*0*=",
    b"=", b"'",
]  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_pieces_of_mail_in_any_order_can_be_read(pieces: list[bytes]) -> None:
    """Mail syntax in any order is read to the end: text, HTML, files, people."""
    mail = read_mail(b"".join(pieces))
    assert isinstance(mail.text + mail.html + mail.subject + mail.message_id, str)
    mail.text.encode("utf-8")
    for part in mail.tree.root.leaves():
        content_of(mail.source, part)
    for name in ("To", "From", "Date"):
        mail.people(name)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("8-bit in headers", "ñandú"),
        ("UTF-8 in headers", "😀 ñ"),
        ("half an encoded word", "=?utf-8?Q?abc"),
        ("two subjects", "one"),
        ("space before colon", "x"),
    ],
)
def test_subjects_are_read_as_far_as_they_go(name: str, wanted: str) -> None:
    """A damaged subject is shown as what can be made of it."""
    assert read_mail(ODD[name]).subject == wanted


def test_file_names_of_every_form_are_read() -> None:
    """A name cut into pieces by RFC 2231 is put together; a path stays a mere name."""
    names = [
        read_mail(ODD[name]).attachments[0].file_name
        for name in ("RFC 2231 name in pieces", "path in a file name")
    ]
    assert names == ["año.txt", "../../etc/passwd"]


def test_an_address_in_a_group_is_found() -> None:
    """Members of a group are recipients; the group's name is none."""
    people = [address.address for address in read_mail(ODD["group"]).people("To")]
    assert people == ["a@example.com", "b@example.com", "c@example.com"]


def test_odd_recipients_do_not_break_the_list(inbox: StartedInbox) -> None:
    """An envelope address that is no UTF-8 is shown, not refused."""
    with smtplib.SMTP("127.0.0.1", inbox.smtp_port) as connection:
        connection.ehlo()
        connection.mail("a@example.com")
        connection.sock.sendall(b"RCPT TO:<\xff\xfe@example.com>\r\n")
        assert connection.getreply()[0] == 250
        connection.data(b"Subject: x\r\n\r\nx")
    assert inbox.messages()[0]["Bcc"] == [{"Name": "", "Address": "ÿþ@example.com"}]
