"""Release and link check: off unless switched on, and then within their bounds."""

import json
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from mock_smtp.client import InboxError
from mock_smtp.links.found import MOST, links_of
from mock_smtp.links.visits import is_public
from mock_smtp.mime.mail import read_mail
from mock_smtp.mime.rewriting import with_headers
from mock_smtp.testing import StartedInbox, running_inbox

MAIL = {
    "From": {"Email": "shop@example.com", "Name": "Shop"},
    "To": [{"Email": "ana@example.com"}],
    "Bcc": ["boss@example.com"],
    "Subject": "Order",
    "Text": "Your order.",
}


def keep(inbox: StartedInbox, **fields: object) -> str:
    """Put a mail into an inbox; its id."""
    return str(inbox.json("POST", "/api/v1/send", {**MAIL, **fields})["ID"])


def release(inbox: StartedInbox, number: str, *to: str) -> None:
    """Release a mail; raises InboxError with the refusal."""
    inbox.ask("POST", f"/api/v1/message/{number}/release", {"To": to})


@pytest.fixture(scope="module")
def world() -> Iterator[StartedInbox]:
    """The inbox that stands for the world outside."""
    with running_inbox("--allowed-recipients", "example|ñandú") as it:
        yield it


@pytest.fixture(scope="module")
def releasing(world: StartedInbox) -> Iterator[StartedInbox]:
    """An inbox that may release mail to the world, for people of example.com only."""
    with running_inbox(
        "--relay",
        f"127.0.0.1:{world.smtp_port}",
        MOCK_SMTP_RELAY_ALLOWED_RECIPIENTS="@example.com$",
    ) as it:
        yield it


def test_release_is_off(inbox: StartedInbox) -> None:
    """Without a relay nothing leaves: 404, and the page's configuration says so."""
    number = keep(inbox)
    with pytest.raises(InboxError, match="404: Release is off"):
        release(inbox, number, "ana@example.com")
    with pytest.raises(InboxError, match="404: The link check is off"):
        inbox.ask("GET", f"/api/v1/message/{number}/link-check")
    assert inbox.json("GET", "/api/v1/webui")["MessageRelay"]["Enabled"] is False


def test_a_released_mail_arrives(releasing: StartedInbox, world: StartedInbox) -> None:
    """It arrives at those it was released to, without blind copies, with an id of its own."""
    world.reset()
    number = keep(releasing, Headers={"Message-ID": "<kept@example.com>"}, Text="ñandú\n.\nx")
    kept = releasing.raw(number)
    release(releasing, number, "ben@example.com", "cleo@example.com")
    mail = world.wait_for(count=1)[0]
    full = world.message(mail["ID"])
    assert full["ReturnPath"] == "shop@example.com"
    assert [address["Address"] for address in mail["Bcc"]] == [
        "ben@example.com",
        "cleo@example.com",
    ]
    assert mail["MessageID"].endswith("@mock-smtp")
    assert full["Text"] == "ñandú\n.\nx\n"
    assert releasing.raw(number) == kept


def test_latest_can_be_released(releasing: StartedInbox, world: StartedInbox) -> None:
    """`latest` is resolved, as clients expect."""
    world.reset()
    keep(releasing, Subject="The latest")
    release(releasing, "latest", "ben@example.com")
    assert world.wait_for(count=1)[0]["Subject"] == "The latest"


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ([], "No valid addresses found"),
        (["nobody"], "Invalid email address: nobody"),
        (["a@example.com\r\nRCPT TO:<b@example.com>"], "Invalid email address"),
        (
            ["a@example.com", "b@other.org"],
            "Failed: Address.es. do not match the allowlist: b@other.org",
        ),
    ],
)
def test_bad_releases_are_refused(releasing: StartedInbox, to: list[str], reason: str) -> None:
    """Each refusal has Mailpit's words."""
    with pytest.raises(InboxError, match=f"400: {reason}"):
        release(releasing, keep(releasing), *to)


def test_a_release_that_fails_says_why(releasing: StartedInbox, world: StartedInbox) -> None:
    """What the relay answers comes back; a mail that is not there is 404."""
    world.reset()
    world.add_fault("data", code=554)
    with pytest.raises(InboxError, match=r"400: SMTP error: .*554"):
        release(releasing, keep(releasing), "ana@example.com")
    with pytest.raises(InboxError, match="404"):
        release(releasing, "999999", "ana@example.com")


def test_release_shows_in_the_configuration(releasing: StartedInbox, world: StartedInbox) -> None:
    """`webui` names server and rule."""
    relay = releasing.json("GET", "/api/v1/webui")["MessageRelay"]
    assert relay["Enabled"] is True
    assert relay["SMTPServer"] == f"127.0.0.1:{world.smtp_port}"
    assert relay["AllowedRecipients"] == "@example.com$"


def test_headers_are_changed_and_nothing_else() -> None:
    """Folded headers go whole; a like name, the body and a mail without headers stay."""
    source = b"Bcc: a,\r\n b\r\nBccX: c\r\nSubject: s\r\n\r\nBcc: in the body\n.\r\n"
    assert with_headers(source, {"Bcc": None, "Date": "now"}) == (
        b"Date: now\r\nBccX: c\r\nSubject: s\r\n\r\nBcc: in the body\r\n.\r\n"
    )
    assert with_headers(b"\r\nonly a body", {"Date": "now"}) == b"Date: now\r\n\r\nonly a body"
    assert with_headers(b"Subject: s", {"Bcc": None}) == b"Subject: s\r\n\r\n"


class Site(BaseHTTPRequestHandler):
    """A web site with every kind of page a link can lead to."""

    asked: list[str] = []

    def do_HEAD(self) -> None:
        """Answer by path."""
        type(self).asked.append(f"{self.command} {self.path}")
        path = self.path.partition("?")[0]
        if path == "/no-head" and self.command == "HEAD":
            self.send_error(405)
            return
        moved = {"/moved": "/fine", "/round": "/round", "/away": "http://169.254.169.254/x"}
        if path in moved:
            self.send_response(302)
            self.send_header("Location", moved[path])
        else:
            self.send_response(404 if path == "/missing" else 200)
        self.end_headers()

    def do_GET(self) -> None:
        """Answer as to HEAD, and then without end."""
        self.do_HEAD()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Babbler(socketserver.BaseRequestHandler):
    """A server whose headers never end."""

    def handle(self) -> None:
        """Talk until nobody listens."""
        try:
            self.request.sendall(b"HTTP/1.1 200 OK\r\n")
            while True:
                self.request.sendall(b"X-More: and more\r\n" * 100)
        except OSError:
            return


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A web site on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def babbler() -> Iterator[str]:
    """The server that never stops talking."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Babbler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture(scope="module")
def curious() -> Iterator[StartedInbox]:
    """An inbox that may try out links, those to this machine included."""
    with running_inbox("--link-check", "--link-check-private") as it:
        yield it


def check(inbox: StartedInbox, html: str, follow: str = "") -> dict[str, object]:
    """The answer of a link check."""
    number = keep(inbox, HTML=html)
    found: dict[str, object] = inbox.json("GET", f"/api/v1/message/{number}/link-check{follow}")
    return found


def links(*urls: str) -> str:
    """HTML that links to all of them."""
    return "".join(f'<a href="{url}">x</a>' for url in urls)


def test_links_are_tried_out(curious: StartedInbox, site: str) -> None:
    """Each link has the status it answered; HEAD first, GET where that is refused."""
    found = check(
        curious, links(f"{site}/fine", f"{site}/missing", f"{site}/no-head", f"{site}/moved")
    )
    answered = [(link["URL"].removeprefix(site), link["StatusCode"]) for link in found["Links"]]  # type: ignore[attr-defined]
    assert answered == [("/fine", 200), ("/missing", 404), ("/no-head", 200), ("/moved", 302)]
    assert found["Errors"] == 1
    assert {"HEAD /no-head", "GET /no-head"} <= set(Site.asked)
    assert "GET /fine" not in Site.asked


def test_redirects_are_followed_when_asked(curious: StartedInbox, site: str) -> None:
    """With `follow` a redirect's end counts; one that goes round is given up."""
    found = check(curious, links(f"{site}/moved", f"{site}/round"), "?follow=true")
    answered = [(link["StatusCode"], link["Status"]) for link in found["Links"]]  # type: ignore[attr-defined]
    assert answered == [(200, "OK"), (0, "Too many redirects")]


def test_links_that_lead_nowhere(curious: StartedInbox, babbler: str) -> None:
    """A closed port, an unknown host and endless headers count as errors, each with its reason."""
    urls = ("http://127.0.0.1:1/", "http://nowhere.invalid/", babbler, "http://[/", "http://a..b/")
    found = check(curious, links(*urls))
    assert found["Errors"] == len(urls)
    assert all(link["StatusCode"] == 0 and link["Status"] for link in found["Links"])  # type: ignore[attr-defined]


def test_private_addresses_are_not_called(site: str) -> None:
    """Without leave no link reaches this machine, however its address is written."""
    port = site.rpartition(":")[2]
    hosts = (
        "127.0.0.1",
        "localhost",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
    )
    Site.asked.clear()
    with running_inbox("--link-check") as inbox:
        found = check(inbox, links(*(f"http://{host}:{port}/secret" for host in hosts)))
    assert {link["StatusCode"] for link in found["Links"]} <= {451, 0}  # type: ignore[attr-defined]
    assert found["Links"][0]["Status"] == "Blocked private/reserved address"  # type: ignore[index]
    assert Site.asked == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "0.0.0.0", "255.255.255.255", "224.0.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1",
     "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1"],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    """Loopback, private, link-local, shared, multicast and wrapped ones are told from the rest."""
    assert not is_public(address)
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1::1")


def test_links_are_found_where_readers_find_them() -> None:
    """Links of HTML and text, each once, in order, at most a hundred; no scripts, no mailto."""
    html = (
        '<a href=" https://a.example/1 ">x</a><img src="https://a.example/2"><a href="mailto:x@y">'
    )
    html += '<link rel="stylesheet" href="https://a.example/3"><link rel="icon" href="https://no/">'
    html += '<a href="javascript:alert(1)">x</a><a href="https://a.example/1">again</a>'
    mail = b"Content-Type: text/html\r\n\r\n" + html.encode()
    assert links_of(read_mail(mail)) == [f"https://a.example/{number}" for number in (1, 2, 3)]
    text = b"\r\n\r\n" + b" ".join(b"(http://a.example/%d)," % n for n in range(200))
    assert links_of(read_mail(text))[1] == "http://a.example/1"
    assert len(links_of(read_mail(text))) == MOST


@pytest.mark.parametrize(
    "option",
    ["--relay=nowhere", "--relay=:25", "--relay=a:0", "--relay-tls=maybe", "--relay-login=ana"],
)
def test_wrong_options_stop_the_start(option: str) -> None:
    """A relay that cannot be meant stops the start."""
    from mock_smtp.cli import main

    assert main([option]) == 2


def test_the_answer_is_plain_json(curious: StartedInbox) -> None:
    """A mail without links is answered with an empty list, as Mailpit does, and counts as read."""
    number = keep(curious)
    answer = httpx.get(f"{curious.base_url}/api/v1/message/{number}/link-check")
    assert json.loads(answer.text) == {"Errors": 0, "Links": []}
    assert curious.messages()[0]["Read"] is True
