"""Nothing in a mail runs and nothing is fetched, whatever its HTML tries: see `vectors.txt`."""

import re
import smtplib
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import BrowserContext

from mock_smtp.testing import StartedInbox
from tests.browser.lookout import Lookout
from tests.browser.mailbox import deliver
from tests.browser.trap import Trap, bundled, open_trap, vectors


@pytest.fixture
def trap() -> Iterator[Trap]:
    """A server elsewhere that a mail might reach."""
    with open_trap() as trap:
        yield trap


@pytest.fixture
def home() -> Iterator[Trap]:
    """A server of ours that holds nothing back: live vectors, and the page that may do all."""
    with open_trap() as home:
        yield home


@pytest.fixture
def lookout(new_context: Callable[..., BrowserContext], home: Trap) -> Lookout:
    """A browser with open eyes."""
    return Lookout(new_context(), home)


def send_all(inbox: StartedInbox, htmls: list[str]) -> list[str]:
    """One mail for each HTML; their ids."""
    sender = {"Email": "a@example.com"}
    mails = [{"From": sender, "Subject": "x", "HTML": html} for html in htmls]
    return [inbox.json("POST", "/api/v1/send", mail)["ID"] for mail in mails]


@pytest.mark.parametrize("address", ["/view/{}/html", "/view/{}.html"], ids=["page", "direct"])
def test_nothing_runs_and_nothing_is_fetched(
    inbox: StartedInbox, trap: Trap, lookout: Lookout, address: str
) -> None:
    """Every vector, in the page and opened directly: no call, no dialog, not one connection."""
    tricks = vectors(trap.host)
    ids = send_all(inbox, bundled(tricks))
    lookout.visit([inbox.base_url + address.format(number) for number in ids])
    lookout.wait()
    assert lookout.ran == set()
    assert lookout.seen == []
    assert (trap.connections, trap.caught) == (0, [])
    assert len(inbox.messages()) == len(ids)
    assert len(tricks) >= 250


def test_the_vectors_are_alive(trap: Trap, home: Trap, lookout: Lookout) -> None:
    """Served without our headers most of them do run or fetch, so the test above means something.

    The others need a click, another browser, or were closed in this one.
    """
    tricks = vectors(trap.host)
    places = list(enumerate(bundled(tricks), start=1))
    lookout.visit([home.live(number, trick) for number, trick in places], leaving=True)
    lookout.wait()
    asked = {int(found[1]) for path in trap.caught if (found := re.search(r"^/+(\d+)", path))}
    assert len(lookout.ran | asked) > 0.75 * len(tricks)


def test_a_forbidden_frame_springs_the_trap(trap: Trap, home: Trap, lookout: Lookout) -> None:
    """Chromium connects for a frame before a policy forbids it: so a mail's frames are renamed."""
    policy = "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">"
    frame = f"<iframe src=http://{trap.host}/frame></iframe>"
    lookout.visit([home.live(1, policy + frame)])
    lookout.wait()
    assert trap.connections > 0
    assert trap.caught == []


def test_remote_images_bring_nothing_else(
    inbox: StartedInbox, trap: Trap, lookout: Lookout
) -> None:
    """Once a reader has asked for images, images are all that comes."""
    tricks = [trick for trick in bundled(vectors(trap.host)) if "<link" in trick or "url(" in trick]
    ids = send_all(inbox, [*tricks, f"<img src=http://{trap.host}/wanted>"])
    lookout.visit([f"{inbox.base_url}/view/{number}/html?remote=1" for number in ids])
    lookout.wait()
    assert lookout.ran == set()
    assert lookout.seen == []
    assert "/wanted" in trap.caught
    assert not [path for path in trap.caught if re.search(r"script|css|font|html", path)]


def test_markup_around_the_html_is_text(inbox: StartedInbox, trap: Trap, lookout: Lookout) -> None:
    """Subjects, names, addresses, headers, file names and text are shown on every page, not run."""
    for trick in vectors(trap.host)[::6]:
        deliver(inbox, _all_over(trick))
    rooms = ["/", "/?start=20", "/attempts", "/duplicates"]
    sides = ["text", "story", "headers", "parts", "source"]
    numbers = [message["ID"] for message in inbox.messages()]
    lookout.visit(
        [inbox.base_url + room for room in rooms]
        + [
            f"{inbox.base_url}/view/{number}/{sides[place % len(sides)]}"
            for place, number in enumerate(numbers)
        ]
    )
    lookout.wait()
    assert lookout.ran == set()
    assert lookout.seen == []
    assert (trap.connections, trap.caught) == (0, [])


def _all_over(trick: str) -> EmailMessage:
    """A mail with the trick wherever a mail has room for words."""
    mail = EmailMessage()
    trick = trick.replace("\t", " ")
    name = re.sub(r'["\\]', "'", trick)
    mail["From"] = f'"{name}" <a@example.com>'
    mail["To"] = "ana@example.com"
    mail["Subject"] = trick
    mail["Message-ID"] = "<same@example.com>"
    mail["X-Tags"] = name
    mail["X-Trick"] = trick
    mail.set_content(trick)
    mail.add_attachment("x", filename=trick)
    return mail


FILES = {
    "page.html": ("text/html", "<script>ran(1)</script><img src={url}>"),
    "page.xhtml": (
        "application/xhtml+xml",
        '<html xmlns="http://www.w3.org/1999/xhtml"><script>ran(2)</script></html>',
    ),
    "picture.svg": (
        "image/svg+xml",
        '<svg xmlns="http://www.w3.org/2000/svg" onload="ran(3)"><script>ran(3)</script>'
        '<image href="{url}"/></svg>',
    ),
    "feed.xml": (
        "text/xml",
        '<?xml-stylesheet href="{url}"?><x xmlns:h="http://www.w3.org/1999/xhtml">'
        "<h:script>ran(4)</h:script></x>",
    ),
    "code.js": ("text/javascript", "ran(5)"),
    "sheet.css": ("text/css", "@import '{url}';"),
    "note.txt": ("text/plain", "<script>ran(6)</script><img src={url}>"),
    "photo.png": ("image/png", "<script>ran(7)</script><img src={url}>"),
    "nothing.bin": ("application/octet-stream", "<script>ran(8)</script>"),
    "odd.foo": ("foo/bar", "<script>ran(9)</script>"),
    "wild.star": ("*/*", "<script>ran(10)</script>"),
    "archive.mht": ("multipart/related", "<script>ran(11)</script>"),
}


def test_parts_opened_directly(inbox: StartedInbox, trap: Trap, lookout: Lookout) -> None:
    """Files that could run come as downloads; the rest is shown under the same strict policy."""
    boundary, url = b"--cut\r\n", f"http://{trap.host}/file"
    parts = [
        f"Content-Type: {kind}\r\nContent-Disposition: inline; filename={name}\r\n\r\n"
        f"{content.replace('{url}', url)}\r\n".encode()
        for name, (kind, content) in FILES.items()
    ]
    head = b"Subject: files\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n"
    source = head + boundary + boundary.join(parts) + b"--cut--\r\n"
    number = hand_over(inbox, source)
    paths = [f"/api/v1/message/{number}/part/{place}" for place in range(1, len(FILES) + 1)]
    paths += [f"/api/v1/message/{number}/raw", f"/api/v1/message/{number}", "/view/latest.txt"]
    lookout.visit([inbox.base_url + path for path in paths], leaving=True)
    lookout.wait()
    downloads = [line for line in lookout.seen if "Download is starting" in line]
    assert lookout.ran == set()
    assert (trap.connections, trap.caught) == (0, [])
    assert lookout.seen == downloads
    assert len(downloads) >= 5


def hand_over(inbox: StartedInbox, source: bytes) -> str:
    """Hand over a source as it is; the id under which it is kept."""
    with smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=10) as connection:
        connection.sendmail("a@example.com", ["ana@example.com"], source)
    return str(inbox.messages()[0]["ID"])
