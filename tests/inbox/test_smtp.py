"""The SMTP side: extensions, TLS, logins, limits, and input that tries to split a mail."""

import base64
import hashlib
import smtplib
import socket
import sqlite3
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from mock_smtp.testing import StartedInbox, running_inbox
from tests.inbox.conftest import Send
from tests.inbox.talking import START, codes, talk


def test_the_extensions_are_announced(smtp: smtplib.SMTP) -> None:
    """EHLO names every extension the inbox keeps its word about."""
    smtp.ehlo()
    wanted = {
        "size",
        "8bitmime",
        "smtputf8",
        "pipelining",
        "enhancedstatuscodes",
        "starttls",
        "auth",
    }
    assert wanted <= set(smtp.esmtp_features)


def test_every_reply_has_an_enhanced_code(inbox: StartedInbox) -> None:
    """Replies other than greeting, EHLO, 334 and 354 carry an enhanced status code."""
    said = (
        START + b"DATA\r\nSubject: x\r\n\r\n.\r\nRSET\r\nNOOP\r\nBAD\r\nRCPT TO:<x@y>\r\nVRFY x\r\n"
    )
    for line in talk(inbox, said):
        if line[:3] not in {b"220", b"354"} and b"-" not in line[3:4] and b"HELP" not in line:
            assert line[4:5] == line[0:1], line
            assert line.split()[1].count(b".") == 2


def test_pipelined_commands_are_answered_in_order(inbox: StartedInbox) -> None:
    """A whole conversation sent in one piece is answered command by command."""
    mail = (
        b"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nSubject: x\r\n\r\n.\r\n"
    )
    assert (
        codes(inbox, START + b"DATA\r\nSubject: x\r\n\r\n.\r\n" + mail) == [250, 250, 354, 250] * 2
    )


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r\n\x00.\r\n"]
)
def test_no_false_end_splits_a_mail(inbox: StartedInbox, end: bytes) -> None:
    """Only CRLF, dot, CRLF ends a mail; what is like it stays inside, a leading dot unstuffed."""
    inside = b"Subject: one" + end + b"MAIL FROM:<evil@example.com>\r\nSubject: two"
    assert codes(inbox, START + b"DATA\r\n" + inside + b"\r\n.\r\n") == [250, 250, 354, 250]
    assert inbox.raw() == inside.replace(b"\r\n.", b"\r\n") + b"\r\n"
    assert len(inbox.messages()) == 1


def test_dots_are_unstuffed(inbox: StartedInbox) -> None:
    """A dot that was doubled for transport is single again, on the first line too."""
    codes(inbox, START + b"DATA\r\n..first\r\n..\r\nx.\r\n...three\r\n.\r\n")
    assert inbox.raw() == b".first\r\n.\r\nx.\r\n..three\r\n"


def test_an_empty_mail_is_a_mail(inbox: StartedInbox) -> None:
    """A mail without a single byte is kept."""
    assert codes(inbox, START + b"DATA\r\n.\r\n")[-1] == 250
    assert inbox.raw() == b""


def test_very_long_lines_are_kept(inbox: StartedInbox) -> None:
    """A line of a megabyte is no reason to refuse a mail."""
    source = b"Subject: x\r\n\r\n" + b"y" * 1_000_000 + b"\r\n"
    assert codes(inbox, START + b"DATA\r\n" + source + b".\r\n")[-1] == 250
    assert inbox.raw() == source


def test_a_large_mail_is_kept_in_pieces(inbox: StartedInbox) -> None:
    """A mail of several megabytes comes back whole."""
    source = b"Subject: big\r\n\r\n" + b"0123456789abcdef" * 62 + b"\r\n"
    source += (b"x" * 998 + b"\r\n") * 5000
    assert codes(inbox, START + b"DATA\r\n" + source + b".\r\n")[-1] == 250
    assert inbox.raw() == source


def test_orders_of_commands_are_checked(inbox: StartedInbox) -> None:
    """DATA without RCPT, RCPT without MAIL and a second MAIL are 503."""
    assert codes(inbox, b"EHLO me\r\nRCPT TO:<b@x.org>\r\nDATA\r\n") == [503, 503]
    assert codes(inbox, START + b"MAIL FROM:<a@x.org>\r\n")[-1] == 503


def test_odd_commands_do_no_harm(inbox: StartedInbox) -> None:
    """Nonsense, a null byte and an endless line are refused and the conversation goes on."""
    said = b"EHLO me\r\n\xff\xfe\r\nMA\x00IL\r\n" + b"x" * 100_000 + b"\r\nNOOP\r\n"
    heard = codes(inbox, said)
    assert all(code >= 500 for code in heard[:-1])
    assert heard[-1] == 250


def test_the_null_sender_and_odd_addresses(inbox: StartedInbox) -> None:
    """A bounce's empty sender, a quoted local part and an international address are taken."""
    said = b"EHLO me\r\nMAIL FROM:<> SMTPUTF8 BODY=8BITMIME AUTH=<>\r\n"
    said += b'RCPT TO:<"a b"@example.com>\r\n' + "RCPT TO:<ñandú@exámple.com>\r\n".encode()
    assert codes(inbox, said + b"DATA\r\nSubject: x\r\n\r\n.\r\n") == [250, 250, 250, 354, 250]
    mail = inbox.message()
    assert mail["ReturnPath"] == ""
    assert "ñandú@exámple.com" in [address["Address"] for address in mail["Bcc"]]


def test_a_client_that_half_closes_is_still_served(inbox: StartedInbox) -> None:
    """A mail piped in by a client that then closes its side is kept."""
    with socket.create_connection(("127.0.0.1", inbox.smtp_port), timeout=10) as line:
        line.sendall(START + b"DATA\r\nSubject: piped\r\n\r\n.\r\n")
        line.shutdown(socket.SHUT_WR)
        while line.recv(65536):
            pass
    assert inbox.messages()[0]["Subject"] == "piped"


def test_starttls_encrypts(inbox: StartedInbox, smtp: smtplib.SMTP) -> None:
    """After STARTTLS the conversation begins anew and STARTTLS is offered no more."""
    context = ssl._create_unverified_context()
    smtp.starttls(context=context)
    smtp.ehlo()
    assert "starttls" not in smtp.esmtp_features
    smtp.sendmail("a@example.com", ["b@example.com"], b"Subject: secret\r\n\r\nx")
    assert inbox.messages()[0]["Subject"] == "secret"


def test_what_was_sent_ahead_of_tls_is_forgotten(inbox: StartedInbox) -> None:
    """A command smuggled in behind STARTTLS is not taken for one said under TLS."""
    with socket.create_connection(("127.0.0.1", inbox.smtp_port), timeout=10) as line:
        line.recv(1000)
        line.sendall(b"EHLO me\r\n")
        while b"HELP" not in line.recv(1000):
            pass
        line.sendall(b"STARTTLS\r\nMAIL FROM:<evil@example.com>\r\n")
        assert line.recv(1000).startswith(b"220 ")
        with ssl._create_unverified_context().wrap_socket(line) as secret:
            secret.sendall(b"EHLO me\r\nRCPT TO:<b@example.com>\r\nQUIT\r\n")
            heard = b""
            while chunk := secret.recv(1000):
                heard += chunk
    assert b"503 5.5.1 Error: need MAIL command" in heard


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartedInbox]:
    """An inbox with a password file, limits, an allow-list and a port under TLS."""
    users = tmp_path_factory.mktemp("users") / "htpasswd"
    sha = base64.b64encode(hashlib.sha1(b"secret").digest()).decode()
    users.write_text(f"ana:{{SHA}}{sha}\n")
    limits = [
        "--max-size",
        "2000",
        "--max-recipients",
        "2",
        "--allowed-recipients",
        "@example.com$",
    ]
    with running_inbox(
        "--auth-file", str(users), "--auth-required", *limits, "--smtps-port", "0"
    ) as it:
        yield it


@pytest.fixture
def strict_smtp(strict: StartedInbox) -> Iterator[smtplib.SMTP]:
    """A logged-in connection to the strict inbox."""
    with smtplib.SMTP("127.0.0.1", strict.smtp_port, timeout=10) as connection:
        connection.login("ana", "secret")
        yield connection


def test_a_login_may_be_required(strict: StartedInbox) -> None:
    """Without a login MAIL is 530; with a wrong password the login is 535."""
    with smtplib.SMTP("127.0.0.1", strict.smtp_port, timeout=10) as connection:
        connection.ehlo()
        assert connection.mail("a@example.com")[0] == 530
        with pytest.raises(smtplib.SMTPAuthenticationError):
            connection.login("ana", "wrong")


def test_limits_are_kept(strict_smtp: smtplib.SMTP) -> None:
    """Too many recipients, a stranger, a declared and an undeclared excess have their codes."""
    strict_smtp.ehlo()
    assert strict_smtp.mail("a@example.com", ["SIZE=3000"])[0] == 552
    assert strict_smtp.mail("a@example.com")[0] == 250
    assert strict_smtp.rcpt("x@other.example")[0] == 550
    assert [strict_smtp.rcpt(f"{name}@example.com")[0] for name in "abc"] == [250, 250, 452]
    assert strict_smtp.data(b"x" * 3000)[0] == 552
    assert strict_smtp.noop()[0] == 250


def test_tls_from_the_start(strict: StartedInbox) -> None:
    """The port under TLS speaks SMTP after the handshake, and its certificate can be trusted."""
    context = ssl.create_default_context(cafile=strict.certificate)
    with smtplib.SMTP_SSL(
        "127.0.0.1", strict.smtps_port, context=context, timeout=10
    ) as connection:
        connection.login("ana", "secret")
        assert connection.mail("a@example.com")[0] == 250


def test_our_own_failure_is_temporary_and_silent(send: Send, tmp_path: Path) -> None:
    """When the store fails the client is told 451, and no word of the error."""
    database = tmp_path / "mail.db"
    with running_inbox("--database", str(database)) as inbox:
        with sqlite3.connect(database) as rows:
            rows.execute("DROP TABLE mail")
        with (
            pytest.raises(smtplib.SMTPDataError) as refusal,
            smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=10) as connection,
        ):
            connection.sendmail("a@example.com", ["b@example.com"], b"x")
    assert refusal.value.args == (451, b"4.3.0 Local failure, try again later")
