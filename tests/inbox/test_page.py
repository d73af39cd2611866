"""The page: readable without a script, in two languages, safe against what mails bring."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

import mock_smtp.page as page
from mock_smtp.page.html import tag
from mock_smtp.testing import StartedInbox
from tests.inbox.conftest import Send
from tests.inbox.test_faults import code_of

I18N = Path(page.__file__).parent / "i18n"
ID = "Message-ID: <one@example.com>\r\n"


@pytest.fixture
def web(inbox: StartedInbox) -> Iterator[httpx.Client]:
    """A browser without scripts."""
    with httpx.Client(base_url=inbox.base_url, follow_redirects=True) as client:
        yield client


def test_both_languages_have_the_same_words() -> None:
    """English and Spanish have the same keys and the same places to fill in."""
    english, spanish = (
        json.loads((I18N / f"{name}.json").read_text("utf-8")) for name in ("en", "es")
    )
    assert list(english) == list(spanish)
    for key in english:
        assert english[key].count("{") == spanish[key].count("{"), key


@pytest.mark.parametrize("path", ["/", "/attempts", "/duplicates", "/faults", "/view/latest"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_room_opens(web: httpx.Client, send: Send, path: str, language: str) -> None:
    """Each room is a page in the language asked for, with one heading and a strict policy."""
    send(headers=ID)
    send(headers=ID)
    answer = web.get(path, headers={"Accept-Language": f"{language}-XX,de"})
    assert f'<html lang="{language}">' in answer.text
    assert answer.text.count("<h1>") == 1
    assert "default-src 'none'; script-src 'self'" in answer.headers["content-security-policy"]


def test_markup_in_a_mail_stays_text(web: httpx.Client, send: Send) -> None:
    """Angle brackets in subject, sender, text, headers and file names are shown, not obeyed."""
    send("<b>bold</b>", body="<i>x</i>", headers="X-A: <u>\r\nReply-To: <s>\r\n")
    for path in ("/", "/view/latest", "/attempts"):
        text = web.get(path).text
        assert "<b>bold" not in text
        assert "<i>x" not in text
        assert "<u>" not in text


def test_attributes_are_escaped() -> None:
    """A quote cannot leave an attribute, and None leaves the attribute out."""
    assert tag("a", "<", title='"><b>', hidden=None) == '<a title="&quot;&gt;&lt;b&gt;">&lt;</a>'


def test_the_page_says_why_a_mail_came_twice(
    web: httpx.Client, inbox: StartedInbox, send: Send
) -> None:
    """Badge, timeline, verdict and transcript of a lost 250 are on the mail's own page."""
    fault = inbox.add_fault("after-store", "drop")
    code_of(send, headers=ID)
    code_of(send, headers=ID)
    assert "came 2 times" in web.get("/").text
    text = web.get("/view/latest").text
    assert "its 250 was lost, so the client rightly sent it again" in text
    assert "The copies are the same, byte for byte." in text
    first = inbox.messages()[-1]["ID"]
    assert f"on purpose: fault {fault.id}" in web.get(f"/view/{first}").text


def test_faults_are_set_by_forms(web: httpx.Client, inbox: StartedInbox) -> None:
    """The panel adds, lists and removes faults without a script, and says what cannot be."""
    web.post("/faults", data={"stage": "data", "action": "reply", "code": "451", "to": "ana@x.org"})
    (fault,) = inbox.faults()
    assert (fault.code, fault.match) == (451, {"to": "ana@x.org"})
    assert "to: ana@x.org" in web.get("/faults").text
    refused = web.post("/faults", data={"stage": "data", "action": "reply", "code": "20x"})
    assert refused.status_code == 400
    assert "code must be a whole number" in refused.text
    web.post("/faults/remove", data={"id": fault.id})
    assert inbox.faults() == []


def test_buttons_mark_and_delete(web: httpx.Client, inbox: StartedInbox, send: Send) -> None:
    """The list's buttons mark all mails read and delete them; a mail's own deletes it alone."""
    for number in range(3):
        send(str(number))
    web.post("/", data={"do": "read"})
    assert all(mail["Read"] for mail in inbox.messages())
    web.post(f"/view/{inbox.messages()[0]['ID']}/delete")
    assert len(inbox.messages()) == 2
    web.post("/", data={"do": "delete"})
    assert inbox.messages() == []


def test_remote_images_wait_to_be_asked(web: httpx.Client, inbox: StartedInbox) -> None:
    """Only after the reader's click may a mail's HTML fetch images from elsewhere."""
    mail = {"From": {"Email": "a@example.com"}, "HTML": '<img src="https://example.com/x.png">'}
    number = inbox.json("POST", "/api/v1/send", mail)["ID"]
    assert "https:" not in web.get(f"/view/{number}.html").headers["content-security-policy"]
    loaded = web.get(f"/view/{number}.html?remote=1").headers["content-security-policy"]
    assert "img-src 'self' data: http: https:" in loaded
    assert loaded.startswith("sandbox; default-src 'none'")
    assert f'src="/view/{number}.html?remote=1"' in web.get(f"/view/{number}?remote=1").text


TRICKS = [
    "<script>fetch('{trap}/script')</script>",
    "<img src=x onerror=\"new Image().src='{trap}/onerror'\">",
    "<img src='{trap}/image'>",
    "<svg onload=\"fetch('{trap}/svg')\"><script>fetch('{trap}/svgscript')</script></svg>",
    "<body onload=\"fetch('{trap}/body')\">",
    "<iframe src='{trap}/iframe'></iframe>",
    "<iframe srcdoc=\"<script>fetch('{trap}/srcdoc')</script>\"></iframe>",
    "<iframe src=\"javascript:fetch('{trap}/jsframe')\"></iframe>",
    "<object data='{trap}/object'></object><embed src='{trap}/embed'>",
    "<link rel=stylesheet href='{trap}/css'><style>@import '{trap}/import';</style>",
    "<style>body{{background:url({trap}/background)}}@font-face{{font-family:x;src:url({trap}/font)}}"
    "*{{font-family:x}}</style>",
    '<meta http-equiv=refresh content="0;url={trap}/refresh">',
    "<base href='{trap}/base/'><img src='relative'>",
    "<video src='{trap}/video' autoplay></video><audio src='{trap}/audio' autoplay></audio>",
    "<form action='{trap}/form' id=f><input name=x autofocus onfocus='f.submit()'></form>",
    "<details open ontoggle=\"fetch('{trap}/toggle')\">x</details>",
    "<math><mtext><table><mglyph><style><img src=x onerror=\"fetch('{trap}/mxss')\">",
    "<link rel=prefetch href='{trap}/prefetch'><link rel=preconnect href='{trap}'>",
    "<img srcset='{trap}/srcset 1x'><picture><source srcset='{trap}/source'><img></picture>",
    "<input type=image src='{trap}/inputimage'><table background='{trap}/table'>",
    "<svg><use href='{trap}/use#x'/><image href='{trap}/svgimage'/></svg>",
    "<a href=\"javascript:fetch('{trap}/link')\" autofocus>x</a>",
    "<script>top.location='{trap}/top';parent.postMessage('x','*')</script>",
    "<marquee onstart=\"fetch('{trap}/marquee')\">x</marquee>",
]


class Trap(BaseHTTPRequestHandler):
    """Notes every path that is asked for."""

    caught: list[str]

    def do_GET(self) -> None:
        """Note and answer nothing."""
        self.caught.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Keep quiet."""


@pytest.fixture
def trap() -> Iterator[tuple[str, list[str]]]:
    """A server elsewhere that a mail might fetch from, and what it caught."""
    caught: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OurTrap", (Trap,), {"caught": caught}))
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}", caught
    server.shutdown()
    server.server_close()


def browse(url: str, profile: Path, *wanted: str) -> str:
    """What Chromium prints of a page after its scripts have run, by default its elements."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("needs chromium")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000"]
    quiet = ["--no-first-run", "--disable-background-networking", f"--user-data-dir={profile}"]
    command = [program, *flags, *quiet, *(wanted or ["--dump-dom"]), url]
    return subprocess.run(command, capture_output=True, text=True, timeout=120).stdout


def test_nothing_in_a_mail_runs_or_fetches(
    inbox: StartedInbox, trap: tuple[str, list[str]], tmp_path: Path
) -> None:
    """Every script trick, opened in the page and directly in Chromium: no fetch, no change."""
    address, caught = trap
    html = "\n".join(trick.format(trap=address) for trick in TRICKS)
    inbox.json("POST", "/api/v1/send", {"From": {"Email": "a@example.com"}, "HTML": html})
    inbox.add_fault("data")
    opened = browse(f"{inbox.base_url}/view/latest", tmp_path / "profile")
    browse(f"{inbox.base_url}/view/latest.html", tmp_path / "profile")
    assert "iframe" in opened
    assert caught == []
    assert len(inbox.messages()) == len(inbox.faults()) == 1


def test_the_trap_works(trap: tuple[str, list[str]], tmp_path: Path) -> None:
    """The same tricks in a page without our headers do fetch, so the test above means something."""
    address, caught = trap
    trick = tmp_path / "trick.html"
    trick.write_text(TRICKS[0].format(trap=address) + TRICKS[2].format(trap=address))
    browse(trick.as_uri(), tmp_path / "profile")
    assert {"/script", "/image"} <= set(caught)


def test_the_list_follows_the_mailbox(inbox: StartedInbox, send: Send, tmp_path: Path) -> None:
    """The page in Chromium opens its WebSocket under the page's own policy."""
    send("Already there")
    shown = browse(inbox.base_url, tmp_path / "profile")
    assert "Already there" in shown
    assert 'id="show-keys"' in shown
    assert 'id="show-keys" hidden' not in shown


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_picture_of_a_mail_that_came_twice(
    inbox: StartedInbox, send: Send, tmp_path: Path, language: str
) -> None:
    """The README's picture is what the page shows; MOCK_SMTP_SCREENSHOTS names where to keep it."""
    inbox.add_fault("data", code=451)
    inbox.add_fault("after-store", "drop")
    for _ in range(3):
        code_of(send, subject="Welcome, Ana", headers=ID)
    folder = Path(os.environ.get("MOCK_SMTP_SCREENSHOTS", tmp_path))
    picture = folder / f"twice-{language}.png"
    address = f"{inbox.base_url}/view/{inbox.messages()[0]['ID']}?lang={language}"
    browse(address, tmp_path / "profile", f"--screenshot={picture}", "--window-size=1100,1500")
    assert picture.read_bytes().startswith(b"\x89PNG")
