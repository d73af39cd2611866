"""Dialogues, line by line: what a client says, and the codes it is answered with.

The cases that aiosmtpd tests itself with are all here as far as they concern what we announce.
"""

import base64
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from mock_smtp.testing import StartedInbox, running_inbox
from tests.inbox.talking import replies, talk

MAIL, RCPT = "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>"
BODY = ["DATA", "Subject: x", "", "."]


def b64(text: str) -> str:
    """A word of an AUTH dialogue."""
    return base64.b64encode(text.encode()).decode()


GOOD, BAD = b64("\0ana\0secret"), b64("\0ana\0wrong")

GREETINGS = {
    "HELO": (["HELO me"], [250]),
    "HELO without a name": (["HELO", "HELO ", "EHLO"], [501, 501, 501]),
    "HELO twice": (["HELO me", "HELO me"], [250, 250]),
    "EHLO twice": (["EHLO me", "EHLO me"], [250, 250]),
    "HELO, then EHLO": (["HELO me", "EHLO me"], [250, 250]),
    "EHLO, then HELO": (["EHLO me", "HELO me"], [250, 250]),
    "lower case": (["ehlo me", "mail from:<a@b.c>", "rcpt to:<a@b.c>"], [250, 250, 250]),
    "a literal address": (["EHLO [127.0.0.1]", "EHLO [IPv6:::1]"], [250, 250]),
    "a name of any bytes": (["EHLO ñandú.example"], [250]),
    "no greeting": ([MAIL, RCPT, "DATA", "AUTH PLAIN"], [503, 503, 503, 503]),
    "a failed greeting is none": (["EHLO", MAIL], [501, 503]),
    "EHLO ends a transaction": (
        ["EHLO me", MAIL, "EHLO me", RCPT, MAIL],
        [250, 250, 250, 503, 250],
    ),
    "HELO ends a transaction": (["EHLO me", MAIL, "HELO me", RCPT], [250, 250, 250, 503]),
}

SMALL_VERBS = {
    "NOOP": (["NOOP", "NOOP with words"], [250, 250]),
    "QUIT with words": (["QUIT now", "NOOP"], [501, 250]),
    "RSET": (["RSET", "EHLO me", "RSET"], [250, 250, 250]),
    "RSET with words": (["RSET all"], [501]),
    "RSET ends a transaction": (["EHLO me", MAIL, RCPT, "RSET", "DATA"], [250] * 4 + [503]),
    "RSET keeps the greeting": (["EHLO me", "RSET", MAIL], [250, 250, 250]),
    "VRFY": (["VRFY <a@example.com>", "VRFY a@example.com"], [252, 252]),
    "VRFY of nothing": (["VRFY"], [501]),
    "VRFY of no address": (["VRFY @@"], [502]),
    "EXPN": (["EXPN list"], [502]),
    "HELP": (["HELP"], [250]),
    "HELP about each verb": (
        [f"HELP {verb}" for verb in ("HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT",
                                     "VRFY", "AUTH", "STARTTLS", "mail")],
        [250] * 12,
    ),
    "HELP about what is not there": (["HELP me!", "HELP TURN"], [501, 501]),
}  # fmt: skip

NONSENSE = {
    "an empty line": (["", "NOOP"], [500, 250]),
    "only spaces": (["   ", "NOOP"], [500, 250]),
    "unknown verbs": (["FOOBAR", "MAILFROM:<a@b.c>", "NOOP"], [500, 500, 250]),
    "a verb that is not ASCII": (["ÑOOP", "NOOP"], [500, 250]),
    "a verb of our own methods": (["__init__", "_call x", "handle x"], [500, 500, 500]),
    "a line over the limit": (["NOOP " + "x" * 5000, "NOOP"], [500, 250]),
    "a line far over the limit": (["x" * 1_000_000, "NOOP"], [500, 250]),
    "a long line under the limit": (["EHLO me", "NOOP " + "x" * 2000], [250, 250]),
    "HTTP": (["GET / HTTP/1.1", "Host: x", "", "NOOP"], [500, 500, 500, 250]),
}

SENDERS = {
    "MAIL": (["EHLO me", MAIL], [250, 250]),
    "a space behind the colon": (["EHLO me", "MAIL FROM: <a@example.com>"], [250, 250]),
    "no angle brackets": (["EHLO me", "MAIL FROM:a@example.com"], [250, 250]),
    "the null sender": (["EHLO me", "MAIL FROM:<>", RCPT, *BODY], [250, 250, 250, 354, 250]),
    "the null sender, nested": (["EHLO me", "MAIL FROM:<>", MAIL], [250, 250, 503]),
    "quoted local parts": (
        ["EHLO me", 'MAIL FROM:<"a b"@example.com>', 'RCPT TO:<"a@b"@example.com>',
         'RCPT TO:<""@example.com>', 'RCPT TO:<"a\\"b"@example.com>'],
        [250] * 5,
    ),
    "address literals": (
        ["EHLO me", "MAIL FROM:<a@[127.0.0.1]>", "RCPT TO:<a@[IPv6:::1]>"], [250, 250, 250]
    ),
    "plus, dots and dashes": (
        ["EHLO me", "MAIL FROM:<a.b+c-d_e=f/g@ex-ample.co.uk>", "RCPT TO:<!#$%&'*?^`{|}~@x.y>"],
        [250, 250, 250],
    ),
    "syntax": (
        ["EHLO me", "MAIL", "MAIL <a@example.com>", "MAIL FROM:", "MAIL FROM", "MAIL TO:<a@b.c>"],
        [250, 501, 501, 501, 501, 501],
    ),
    "a name before the address": (["EHLO me", "MAIL FROM: Ana <a@example.com>"], [250, 501]),
    "no addresses at all": (
        ["EHLO me", "MAIL FROM:<@example.com>", "MAIL FROM:<a@>", "MAIL FROM:<a@b@c>",
         "MAIL FROM:<a b@example.com>", "MAIL FROM:<a@example.com", "MAIL FROM:a@example.com>"],
        [250, 553, 553, 553, 553, 553, 553],
    ),
    "a route before it": (
        ["EHLO me", "MAIL FROM:<@a.example,@b.example:a@example.com>", RCPT],
        [250, 250, 250],
    ),
    "no domain": (["EHLO me", "MAIL FROM:<root>", RCPT, "RCPT TO:root"], [250, 250, 250, 501]),
    "parameters without a space": (["EHLO me", MAIL + "SIZE=10"], [250, 553]),
    "a comment": (["EHLO me", "MAIL FROM:<a(note)@example.com>"], [250, 553]),
    "a very long one": (["EHLO me", f"MAIL FROM:<{'a' * 2000}@example.com>"], [250, 553]),
    "brackets without end": (["EHLO me", "MAIL FROM:" + "<" * 2000], [250, 553]),
    "twice": (["EHLO me", MAIL, MAIL], [250, 250, 503]),
    "after a recipient": (["EHLO me", MAIL, RCPT, MAIL, "RSET"], [250, 250, 250, 503, 250]),
    "again after a mail": (["EHLO me", MAIL, RCPT, *BODY, MAIL], [250, 250, 250, 354, 250, 250]),
    "again after a refusal": (["EHLO me", "MAIL FROM:<@>", MAIL], [250, 553, 250]),
}  # fmt: skip

PARAMETERS = {
    "SIZE": (["EHLO me", MAIL + " SIZE=1000"], [250, 250]),
    "SIZE 0 is not known": (["EHLO me", MAIL + " SIZE=0"], [250, 250]),
    "SIZE of the limit": (["EHLO me", MAIL + " SIZE=52428800"], [250, 250]),
    "SIZE over the limit": (["EHLO me", MAIL + " SIZE=52428801", MAIL], [250, 552, 250]),
    "SIZE of hundreds of digits": (["EHLO me", MAIL + " SIZE=" + "9" * 500], [250, 501]),
    "SIZE of thousands of digits": (["EHLO me", MAIL + " SIZE=" + "9" * 4000], [250, 501]),
    "SIZE with spaces around": (["EHLO me", MAIL + "   SIZE=1000   "], [250, 250]),
    "SIZE of nothing": (["EHLO me", MAIL + " SIZE", MAIL + " SIZE="], [250, 501, 501]),
    "SIZE of no number": (
        ["EHLO me", MAIL + " SIZE=x", MAIL + " SIZE=-1", MAIL + " SIZE=²", MAIL + " SIZE=1.5"],
        [250, 501, 501, 501, 501],
    ),
    "SIZE apart": (["EHLO me", MAIL + " SIZE 1000", MAIL + " SIZE = 1000"], [250, 501, 501]),
    "parameters without ESMTP": (["HELO me", MAIL + " SIZE=1000", MAIL], [250, 501, 250]),
    "BODY": (["EHLO me", MAIL + " BODY=8BITMIME", "RSET", MAIL + " BODY=7bit"], [250] * 4),
    "BODY of another kind": (
        ["EHLO me", MAIL + " BODY=9BIT", MAIL + " BODY=BINARYMIME", MAIL + " BODY"],
        [250, 501, 501, 501],
    ),
    "SMTPUTF8": (["EHLO me", "MAIL FROM:<ñ@exámple.com> SMTPUTF8"], [250, 250]),
    "SMTPUTF8 with a value": (["EHLO me", MAIL + " SMTPUTF8=1"], [250, 501]),
    "AUTH=": (["EHLO me", MAIL + " AUTH=<> SIZE=10", "RSET", MAIL + " auth=a@b"], [250] * 4),
    "all at once": (["EHLO me", MAIL + " SIZE=10 BODY=8BITMIME SMTPUTF8 AUTH=<>"], [250, 250]),
    "unknown ones": (["EHLO me", MAIL + " FOO=BAR", MAIL + " RET=FULL"], [250, 555, 555]),
    "signs": (["EHLO me", MAIL + " #$%=!@#", MAIL + " ="], [250, 501, 501]),
}

RECIPIENTS = {
    "RCPT": (["EHLO me", MAIL, RCPT, RCPT, "RCPT TO: <c@example.com>"], [250] * 5),
    "before MAIL": (["EHLO me", RCPT], [250, 503]),
    "syntax": (
        ["EHLO me", MAIL, "RCPT", "RCPT <b@example.com>", "RCPT TO:", "RCPT FROM:<b@example.com>"],
        [250, 250, 501, 501, 501, 501],
    ),
    "a name before the address": (
        ["EHLO me", MAIL, "RCPT TO: Bo <b@example.com>"],
        [250, 250, 501],
    ),
    "no addresses at all": (
        ["EHLO me", MAIL, "RCPT TO:<@example.com>", "RCPT TO:<b@>", "RCPT TO:<a@b@c>"],
        [250, 250, 553, 553, 553],
    ),
    "the null recipient": (["EHLO me", MAIL, "RCPT TO:<>", "DATA"], [250, 250, 553, 503]),
    "unknown parameters": (
        ["EHLO me", MAIL, RCPT + " FOOBAR", RCPT + " NOTIFY=NEVER", RCPT + " #="],
        [250, 250, 555, 555, 501],
    ),
    "parameters without ESMTP": (["HELO me", MAIL, RCPT + " SIZE=1"], [250, 250, 501]),
    "the postmaster": (
        ["EHLO me", MAIL, "RCPT TO:<postmaster>", "RCPT TO:<Postmaster>"],
        [250] * 4,
    ),
    "a refused one does no harm": (
        ["EHLO me", MAIL, "RCPT TO:<@>", RCPT, *BODY],
        [250, 250, 553, 250, 354, 250],
    ),
    "bytes that are no UTF-8": (
        ["EHLO me", MAIL, "RCPT TO:<b\udcff@example.com>"],
        [250, 250, 250],
    ),
}

CONTENT = {
    "DATA": (["EHLO me", MAIL, RCPT, *BODY], [250, 250, 250, 354, 250]),
    "under HELO": (["HELO me", MAIL, RCPT, *BODY], [250, 250, 250, 354, 250]),
    "without a recipient": (["EHLO me", MAIL, "DATA", RCPT], [250, 250, 503, 250]),
    "without a sender": (["EHLO me", "DATA"], [250, 503]),
    "with words": (
        ["EHLO me", MAIL, RCPT, "DATA now", "DATA", "."],
        [250, 250, 250, 501, 354, 250],
    ),
    "twice": (["EHLO me", MAIL, RCPT, *BODY, "DATA"], [250, 250, 250, 354, 250, 503]),
    "commands inside": (
        ["EHLO me", MAIL, RCPT, "DATA", "QUIT", "RSET", "."],
        [250] * 3 + [354, 250],
    ),
    "dots": (
        ["EHLO me", MAIL, RCPT, "DATA", "..", ".x", ". ", ".", "NOOP"],
        [250] * 3 + [354, 250, 250],
    ),
    "a line without end": (
        ["EHLO me", MAIL, RCPT, "DATA", "x" * 99_999, "."],
        [250] * 3 + [354, 250],
    ),
    "two mails": (
        ["EHLO me", MAIL, RCPT, *BODY, MAIL, RCPT, *BODY],
        [250] + [250, 250, 354, 250] * 2,
    ),
}

LOGINS = {
    "PLAIN at once": (["EHLO me", f"AUTH PLAIN {GOOD}", MAIL], [250, 235, 250]),
    "PLAIN after a challenge": (["EHLO me", "AUTH PLAIN", GOOD], [250, 334, 235]),
    "an authorization identity": (["EHLO me", "AUTH PLAIN " + b64("x\0ana\0secret")], [250, 235]),
    "lower case": (["EHLO me", f"auth plain {GOOD}"], [250, 235]),
    "PLAIN, wrong": (
        ["EHLO me", f"AUTH PLAIN {BAD}", "AUTH PLAIN", BAD, MAIL],
        [250, 535, 334, 535, 530],
    ),
    "wrong, then right": (["EHLO me", f"AUTH PLAIN {BAD}", f"AUTH PLAIN {GOOD}"], [250, 535, 235]),
    "PLAIN, cancelled": (["EHLO me", "AUTH PLAIN", "*", "NOOP"], [250, 334, 501, 250]),
    "PLAIN, bad base64": (
        ["EHLO me", "AUTH PLAIN not-b64", "AUTH PLAIN", "ab@%"],
        [250, 501, 334, 501],
    ),
    "PLAIN, empty": (["EHLO me", "AUTH PLAIN =", "AUTH PLAIN", "="], [250, 501, 334, 501]),
    "PLAIN, too few parts": (["EHLO me", "AUTH PLAIN " + b64("\0ana")], [250, 501]),
    "PLAIN, too many parts": (["EHLO me", "AUTH PLAIN " + b64("\0a\0b\0c")], [250, 501]),
    "PLAIN, too many words": (["EHLO me", "AUTH PLAIN a b"], [250, 501]),
    "LOGIN": (
        ["EHLO me", "AUTH LOGIN", b64("ana"), b64("secret"), MAIL],
        [250, 334, 334, 235, 250],
    ),
    "LOGIN with the name": (
        ["EHLO me", f"AUTH LOGIN {b64('ana')}", b64("secret")],
        [250, 334, 235],
    ),
    "LOGIN, wrong name": (
        ["EHLO me", "AUTH LOGIN", b64("bo"), b64("secret")],
        [250, 334, 334, 535],
    ),
    "LOGIN, wrong password": (
        ["EHLO me", "AUTH LOGIN", b64("ana"), b64("x")],
        [250, 334, 334, 535],
    ),
    "LOGIN, empty": (["EHLO me", "AUTH LOGIN", "", ""], [250, 334, 334, 535]),
    "LOGIN, bad base64": (["EHLO me", "AUTH LOGIN", "not-b64", "NOOP"], [250, 334, 501, 250]),
    "LOGIN, bad base64 at once": (["EHLO me", "AUTH LOGIN ab@%", "NOOP"], [250, 501, 250]),
    "LOGIN, bad password base64": (
        ["EHLO me", "AUTH LOGIN", b64("ana"), "ab@%"],
        [250, 334, 334, 501],
    ),
    "LOGIN, cancelled": (["EHLO me", "AUTH LOGIN", "*", "NOOP"], [250, 334, 501, 250]),
    "LOGIN, cancelled late": (["EHLO me", "AUTH LOGIN", b64("ana"), "*"], [250, 334, 334, 501]),
    "an answer far too long": (
        ["EHLO me", "AUTH PLAIN", "x" * 100_000, "NOOP"],
        [250, 334, 501, 250],
    ),
    "nothing given": (["EHLO me", "AUTH"], [250, 501]),
    "unknown mechanisms": (
        ["EHLO me", "AUTH CRAM-MD5", "AUTH XOAUTH2 x", "AUTH __init__", "AUTH NULL"],
        [250, 504, 504, 504, 504],
    ),
    "before the greeting": (["AUTH PLAIN " + GOOD], [503]),
    "under HELO": (["HELO me", "AUTH PLAIN " + GOOD], [250, 500]),
    "twice": (
        ["EHLO me", f"AUTH PLAIN {GOOD}", f"AUTH PLAIN {GOOD}", "AUTH"],
        [250, 235, 503, 503],
    ),
    "RSET keeps the login": (["EHLO me", f"AUTH PLAIN {GOOD}", "RSET", MAIL], [250, 235, 250, 250]),
    "EHLO keeps the login": (
        ["EHLO me", f"AUTH PLAIN {GOOD}", "EHLO me", MAIL],
        [250, 235, 250, 250],
    ),
    "in a transaction": (
        ["EHLO me", f"AUTH PLAIN {GOOD}", MAIL, f"AUTH PLAIN {GOOD}", RCPT],
        [250, 235, 250, 503, 250],
    ),
    "needed": (
        ["EHLO me", MAIL, RCPT, "DATA", "VRFY a@b.c", "HELP", "NOOP", "RSET"],
        [250, 530, 530, 530, 530, 530, 250, 250],
    ),
    "needed no more": (
        ["EHLO me", f"AUTH PLAIN {GOOD}", "VRFY a@b.c", "HELP", RCPT],
        [250, 235, 252, 250, 503],
    ),
}


def said(lines: list[str]) -> bytes:
    """The lines as they go over the wire."""
    return b"".join(line.encode("utf-8", "surrogateescape") + b"\r\n" for line in lines)


def table(**groups: dict[str, tuple[list[str], list[int]]]) -> list[object]:
    """One parameter a dialogue, named."""
    return [
        pytest.param(lines, codes, id=f"{group}: {name}")
        for group, dialogues in groups.items()
        for name, (lines, codes) in dialogues.items()
    ]


@pytest.mark.parametrize(
    ("lines", "codes"),
    table(
        greeting=GREETINGS, small=SMALL_VERBS, nonsense=NONSENSE, sender=SENDERS,
        parameter=PARAMETERS, recipient=RECIPIENTS, content=CONTENT,
    ),
)  # fmt: skip
def test_a_dialogue(inbox: StartedInbox, lines: list[str], codes: list[int]) -> None:
    """Each line has its code, and the conversation ends as it should."""
    assert replies(inbox, said(lines)) == codes


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartedInbox]:
    """An inbox that wants a login."""
    users: Path = tmp_path_factory.mktemp("users") / "htpasswd"
    users.write_text("ana:secret\n")
    with running_inbox("--auth-file", str(users), "--auth-required") as it:
        yield it


@pytest.mark.parametrize(("lines", "codes"), table(login=LOGINS))
def test_a_login_dialogue(closed: StartedInbox, lines: list[str], codes: list[int]) -> None:
    """Each line has its code where a login is needed."""
    assert replies(closed, said(lines)) == codes


def test_no_password_is_written_down(closed: StartedInbox) -> None:
    """Nothing of a login is in a transcript, whatever way it was said."""
    closed.reset()
    dialogue = [
        "EHLO me",
        f"AUTH PLAIN {BAD}",
        "AUTH PLAIN",
        BAD,
        "AUTH LOGIN",
        b64("ana"),
        b64("wrong"),
        f"AUTH LOGIN {b64('ana')}",
        b64("secret"),
        MAIL,
        RCPT,
        *BODY,
    ]
    replies(closed, said(dialogue))
    words = " ".join(line["text"] for line in closed.transcript()["lines"])
    for secret in (BAD, b64("wrong"), b64("secret"), b64("ana")):
        assert secret not in words


def test_too_much_nonsense_is_sent_away(inbox: StartedInbox) -> None:
    """After a handful of unknown verbs the conversation is over."""
    heard = talk(inbox, b"BOGUS\r\n" * 20)
    assert [line[:3] for line in heard[1:]] == [b"500"] * (len(heard) - 2) + [b"502"]
    assert len(heard) < 15


def test_what_ehlo_says(inbox: StartedInbox) -> None:
    """EHLO announces what is kept and nothing else; HELO announces nothing."""
    lines = [line[4:].decode() for line in talk(inbox, b"EHLO me\r\n")[1:-1]]
    assert set(lines[1:]) == {
        "SIZE 52428800", "8BITMIME", "SMTPUTF8", "STARTTLS", "AUTH LOGIN PLAIN", "PIPELINING",
        "ENHANCEDSTATUSCODES", "HELP",
    }  # fmt: skip
    assert [line[:4] for line in talk(inbox, b"HELO me\r\n")[1:-1]] == [b"250 "]


class Line:
    """A line that is spoken over step by step, as TLS wants it."""

    def __init__(self, inbox: StartedInbox) -> None:
        self.socket: socket.socket = socket.create_connection(("127.0.0.1", inbox.smtp_port), 10)
        self.heard(b"220")

    def say(self, text: str) -> int:
        """Say one line; the code of its reply."""
        self.socket.sendall(text.encode() + b"\r\n")
        return self.heard()

    def heard(self, wanted: bytes = b"") -> int:
        """The code of the next reply."""
        reply = b""
        while not (reply.endswith(b"\n") and reply.splitlines()[-1][3:4] == b" "):
            piece = self.socket.recv(65536)
            assert piece, "the line is closed"
            reply += piece
        assert reply.startswith(wanted)
        self.last = reply
        return int(reply.splitlines()[-1][:3])

    def encrypt(self) -> None:
        """Shake hands."""
        self.socket = ssl._create_unverified_context().wrap_socket(self.socket)

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()


def test_starttls_forgets_everything(inbox: StartedInbox) -> None:
    """Greeting, sender and recipients of before do not count; STARTTLS is offered no more."""
    with Line(inbox) as line:
        assert [line.say(text) for text in ("EHLO me", MAIL, RCPT, "STARTTLS")] == [
            250,
            250,
            250,
            220,
        ]
        line.encrypt()
        assert [line.say(text) for text in (MAIL, RCPT, "DATA")] == [503, 503, 503]
        assert line.say("EHLO me") == 250
        assert b"STARTTLS" not in line.last
        assert [line.say(text) for text in (RCPT, "STARTTLS", MAIL)] == [503, 503, 250]
        assert line.say("HELP STARTTLS") == 501
        assert line.say("QUIT") == 221


def test_starttls_forgets_a_login(closed: StartedInbox) -> None:
    """A login of before TLS has to be said again."""
    with Line(closed) as line:
        assert [line.say(text) for text in ("EHLO me", f"AUTH PLAIN {GOOD}", "STARTTLS")] == [
            250,
            235,
            220,
        ]
        line.encrypt()
        assert [line.say(text) for text in ("EHLO me", MAIL, f"AUTH PLAIN {GOOD}", MAIL)] == [
            250, 530, 235, 250,
        ]  # fmt: skip


def test_starttls_as_it_should_not_be(inbox: StartedInbox) -> None:
    """Words behind it are 501, it works before EHLO and under HELO; QUIT may follow at once."""
    with Line(inbox) as line:
        assert [line.say(text) for text in ("STARTTLS now", "HELO me", "STARTTLS")] == [
            501,
            250,
            220,
        ]
        line.encrypt()
        assert line.say("QUIT") == 221


@pytest.mark.parametrize("noise", [b"EHLO in clear\r\n", b"\x00" * 500])
def test_a_failed_handshake_ends_it(inbox: StartedInbox, noise: bytes) -> None:
    """Who says STARTTLS and then something else is not spoken to in clear again."""
    with Line(inbox) as line:
        assert line.say("STARTTLS") == 220
        line.socket.sendall(noise)
        heard = b""
        try:
            while chunk := line.socket.recv(1000):
                heard += chunk
        except ConnectionError:
            pass
        assert b"250" not in heard
        assert b"503" not in heard


def test_no_starttls_without_tls() -> None:
    """Where TLS is off the verb is 502 and HELP does not name it."""
    with running_inbox("--tls=false") as plain:
        assert replies(plain, b"EHLO me\r\nSTARTTLS\r\nHELP STARTTLS\r\n") == [250, 502, 501]
