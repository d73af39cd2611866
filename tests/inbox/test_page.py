"""The page: readable without a script, in two languages, told from what happened."""

import smtplib
from collections.abc import Iterator

import httpx
import pytest

from mock_smtp.page.faultforms import PRESETS
from mock_smtp.page.html import tag
from mock_smtp.testing import StartedInbox
from tests.inbox.conftest import Send
from tests.inbox.test_faults import code_of

ID = "Message-ID: <one@example.com>\r\n"


@pytest.fixture
def web(inbox: StartedInbox) -> Iterator[httpx.Client]:
    """A browser without scripts."""
    with httpx.Client(base_url=inbox.base_url, follow_redirects=True) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/attempts", "/duplicates", "/faults", "/view/latest"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_room_opens(web: httpx.Client, send: Send, path: str, language: str) -> None:
    """Each room is a page in the language asked for, with one heading and a strict policy."""
    send(headers=ID)
    send(headers=ID)
    answer = web.get(path, headers={"Accept-Language": f"{language}-XX,de"})
    assert f'<html lang="{language}"' in answer.text
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
    """Badge, answer, drawing and transcript of a lost 250 are found from the list."""
    fault = inbox.add_fault("after-store", "drop")
    code_of(send, headers=ID)
    code_of(send, headers=ID)
    newest = inbox.messages()[0]["ID"]
    assert "came 2 times" in web.get("/").text
    assert f'href="/view/{newest}/story"' in web.get("/").text
    assert "Why it came 2 times: the 250 got lost." in web.get("/view/latest").text
    for path in (f"/view/{newest}/story", "/duplicates"):
        text = web.get(path).text
        assert "your client, rightly, sent it again with the same Message-ID" in text
        assert "The copies are the same, byte for byte." in text
        assert "<svg" in text
    story = web.get(f"/view/{newest}/story").text
    assert f"on purpose: fault {fault.id}" in story
    assert "this 250 never reached the client" in story


def test_faults_are_set_by_forms(web: httpx.Client, inbox: StartedInbox) -> None:
    """The panel adds, lists and removes faults without a script, and says what cannot be."""
    web.post("/faults", data={"stage": "data", "action": "reply", "code": "451", "to": "ana@x.org"})
    (fault,) = inbox.faults()
    assert (fault.code, fault.match) == (451, {"to": "ana@x.org"})
    assert "to: ana@x.org" in web.get("/faults").text
    web.post("/faults/remove", data={"id": fault.id})
    assert inbox.faults() == []


def test_presets_are_one_press(web: httpx.Client, inbox: StartedInbox) -> None:
    """Each ready-made fault is set by its name, for everybody or for one recipient."""
    for name in PRESETS:
        web.post("/faults", data={"preset": name})
    web.post("/faults", data={"preset": "twice", "to": "ana@example.com"})
    told = [(fault.stage, fault.action, fault.times) for fault in inbox.faults()]
    assert told[:2] == [("data", "reply", 2), ("after-store", "drop", 1)]
    assert len(told) == len(PRESETS) + 1
    assert inbox.faults()[-1].match == {"to": "ana@example.com"}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"stage": "data", "action": "reply", "code": "20x"}, "el código debe ser un número"),
        ({"stage": "data", "action": "delay", "seconds": "-1"}, "los segundos deben ser"),
        ({"stage": "data", "action": "drop", "times": "x"}, "las veces deben ser"),
        ({"preset": "down", "to": "ana@example.com"}, "en esa etapa todavía no"),
        ({"stage": "after-store", "action": "reply"}, "after-store solo admite drop"),
        ({"stage": "moon", "action": "reply"}, "stage must be one of"),
    ],
)
def test_what_cannot_be_is_said(
    web: httpx.Client, inbox: StartedInbox, fields: dict[str, str], sentence: str
) -> None:
    """A form that makes no fault says why, in the reader's language, and sets nothing."""
    refused = web.post("/faults?lang=es", data=fields)
    assert refused.status_code == 400
    assert f"No se puede: {sentence}" in refused.text
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
    assert "Remote content is blocked." in web.get(f"/view/{number}").text
    plain = {"From": {"Email": "a@example.com"}, "HTML": "<p>Nothing remote</p>"}
    number = inbox.json("POST", "/api/v1/send", plain)["ID"]
    assert "Remote content is blocked." not in web.get(f"/view/{number}").text


def test_every_side_of_a_mail(web: httpx.Client, inbox: StartedInbox) -> None:
    """HTML, text, envelope beside headers, parts, source and story have an address each."""
    source = (
        b"From: a@example.com\r\nTo: ana@example.com\r\nSubject: =?utf-8?q?=C2=A1Hola!?=\r\n"
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n'
        b"<b>Good</b> morning\r\n--x\r\nContent-Type: text/csv; name=sums.csv\r\n\r\n1\r\n--x--"
    )
    with smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=10) as connection:
        connection.sendmail("shop@example.com", ["ana@example.com", "hidden@example.com"], source)
    sides = {
        "": "<iframe",
        "/html": 'sandbox=""',
        "/text": "Good morning",
        "/headers": "&lt;hidden@example.com&gt; <span",
        "/parts": "sums.csv",
        "/source": "=?utf-8?q?=C2=A1Hola!?=",
        "/story": '<ol class="talk">',
    }
    for side, expected in sides.items():
        text = web.get(f"/view/{inbox.messages()[0]['ID']}{side}").text
        assert "<h1>¡Hola!</h1>" in text
        assert expected in text, side
    assert web.get("/view/1/moon").status_code == 404


def test_each_reply_code_is_explained_once(web: httpx.Client, send: Send) -> None:
    """A conversation has many a 250; its meaning is said once, and that of the last one apart."""
    send()
    story = web.get(f"{web.get('/view/latest').url.path}/story").text
    assert story.count("Done. Go on.") == 1
    assert story.count("The mail is stored: the client may forget its copy.") == 1


def test_what_is_missing_is_a_page_for_people(web: httpx.Client) -> None:
    """A browser gets a page with a way back, in its language; everybody else Mailpit's text."""
    asked = {"Accept": "text/html", "Accept-Language": "es"}
    for path in ("/view/99999", "/nowhere", "/attempts/99999"):
        answer = web.get(path, headers=asked)
        assert answer.status_code == 404
        assert "Aquí no hay nada" in answer.text
    assert web.get("/view/99999").text == "404 page not found"
    assert web.get("/api/v1/message/99999", headers=asked).text == "404 page not found"


def test_theme_and_language_are_remembered(web: httpx.Client) -> None:
    """A link sets each and keeps the rest of the address; a cookie keeps them."""
    text = web.get("/?query=x&theme=dark").text
    assert 'data-theme="dark"' in text
    assert 'href="/?query=x&amp;theme=light"' in text
    assert "/?query=x&amp;theme=dark&amp;lang=es" in text
    web.get("/?lang=es")
    again = web.get("/faults").text
    assert 'data-theme="dark"' in again
    assert '<html lang="es"' in again


def test_there_is_an_icon(web: httpx.Client) -> None:
    """Browsers ask for `/favicon.ico` unbidden."""
    assert web.get("/favicon.ico").headers["content-type"] == "image/svg+xml"
