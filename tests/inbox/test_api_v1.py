"""Mailpit's API beyond its clients: the search language, deletion, parts, headers of safety."""

import json
from collections.abc import Iterator

import httpx
import pytest
from websockets.sync.client import connect

from mock_smtp.testing import StartedInbox, running_inbox
from tests.inbox.conftest import Send


@pytest.fixture
def web(inbox: StartedInbox) -> Iterator[httpx.Client]:
    """Plain HTTP to the inbox."""
    with httpx.Client(base_url=inbox.base_url) as client:
        yield client


@pytest.fixture(scope="module")
def library() -> Iterator[StartedInbox]:
    """An inbox with five mails that differ in everything a search can ask for."""
    mails = [
        {"Subject": "First order", "Text": "apples", "To": [{"Email": "ana@example.com"}]},
        {"Subject": "Second ORDER", "HTML": "<p>pe<b>ars</b></p><style>hidden</style>"},
        {
            "Subject": "Año",
            "Text": "ÑANDÚ",
            "Tags": ["Birds"],
            "Cc": [{"Email": "eva@example.com"}],
        },
        {"Subject": "File", "Attachments": [{"Content": "SGk=", "Filename": "Report.pdf"}]},
        {"Subject": "Big", "Text": "x" * 5000, "Bcc": ["secret@example.com"]},
    ]
    with running_inbox() as inbox:
        for mail in mails:
            sender = {"From": {"Email": "shop@example.com", "Name": "The Shop"}}
            inbox.json(
                "POST", "/api/v1/send", {"To": [{"Email": "bob@example.com"}], **sender, **mail}
            )
        inbox.message("1")
        yield inbox


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("order", ["Second ORDER", "First order"]),
        ('"first order"', ["First order"]),
        ("order -apples", ["Second ORDER"]),
        ("!order", ["Big", "File", "Año"]),
        ("pears", ["Second ORDER"]),
        ("hidden", []),
        ("ñandú", ["Año"]),
        ("report.pdf", ["File"]),
        ("from:shop subject:order", ["Second ORDER", "First order"]),
        ("FROM:SHOP to:ana", ["First order"]),
        ("cc:eva", ["Año"]),
        ("bcc:secret", ["Big"]),
        ("addressed:eva", ["Año"]),
        ("subject:año", ["Año"]),
        ("tag:birds", ["Año"]),
        ("is:tagged", ["Año"]),
        ("is:read", ["First order"]),
        ("-is:unread", ["First order"]),
        ("has:attachment", ["File"]),
        ("larger:4k", ["Big"]),
        ("smaller:4k subject:big", []),
        ("after:2001-01-01 subject:big", ["Big"]),
        ("before:2001-01-01", []),
        ("before:nonsense subject:big", ["Big"]),
        ('from:"The Shop" subject:file', ["File"]),
    ],
)
def test_the_search_language(library: StartedInbox, query: str, subjects: list[str]) -> None:
    """Each kind of term finds what it says, newest first."""
    assert [mail["Subject"] for mail in library.search(query)] == subjects


@pytest.mark.parametrize("query", ["%", "'", '"', "a" * 9000, "from:", "-", "tag:", "\x00", "((("])
def test_no_query_breaks_the_search(web: httpx.Client, query: str) -> None:
    """Whatever is asked is answered, with mails or none."""
    assert web.get("/api/v1/search", params={"query": query}).status_code == 200


def test_delete_takes_what_each_client_sends(web: httpx.Client, send: Send) -> None:
    """JSON ids, form ids and an empty body delete; malformed JSON deletes nothing."""
    for number in range(5):
        send(str(number))
    ids = [mail["ID"] for mail in web.get("/api/v1/messages").json()["messages"]]
    assert web.request("DELETE", "/api/v1/messages", content="{oops").status_code == 400
    web.request("DELETE", "/api/v1/messages", json={"ids": ids[:1]})
    web.request("DELETE", "/api/v1/messages", data={"ids": ids[1:3]})
    assert web.get("/api/v1/messages").json()["total"] == 2
    web.request("DELETE", "/api/v1/messages", json={"IDs": []})
    assert web.get("/api/v1/messages").json()["total"] == 0


def test_lists_are_never_null(web: httpx.Client) -> None:
    """A mail without any header has empty lists and strings, and a From."""
    web.post("/api/v1/send", json={"From": {"Email": "a@example.com"}, "Subject": "x"})
    (mail,) = web.get("/api/v1/messages").json()["messages"]
    assert (mail["To"], mail["Cc"], mail["Bcc"], mail["ReplyTo"], mail["Tags"]) == ([],) * 5
    assert mail["From"] == {"Name": "", "Address": "a@example.com"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"From": {"Email": "nobody"}}, "invalid From address: nobody"),
        (
            {"From": {"Email": "a@b.c"}, "Headers": {"Subject": "x"}},
            'cannot overwrite header: "Subject"',
        ),
        ({"From": {"Email": "a@b.c"}, "To": ["x"]}, "invalid To address"),
        ({"From": {"Email": "a@b.c"}, "Headers": {"X-A": "b\r\nBcc: evil@b.c"}}, ""),
        ({"From": {"Email": "a@b.c"}, "Attachments": [{"Content": "@@"}]}, "invalid attachment"),
    ],
)
def test_send_refuses_in_json(web: httpx.Client, content: object, words: str) -> None:
    """A mail that cannot be built is 400 with the reason under Error, and nothing is kept."""
    answer = web.post("/api/v1/send", json=content)
    assert answer.status_code == 400
    assert words in answer.json()["Error"]
    assert web.get("/api/v1/messages").json()["total"] == 0


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xml", "text/plain"])
def test_what_comes_from_a_mail_cannot_run(web: httpx.Client, kind: str) -> None:
    """Parts, sources and bodies are sandboxed; what a browser might run comes as a file."""
    attachment = {"Content": "PHNjcmlwdD4=", "Filename": 'a"b\r\n.html', "ContentType": kind}
    mail = {"From": {"Email": "a@b.c"}, "HTML": "<p>x", "Attachments": [attachment]}
    number = web.post(
        "/api/v1/send", json={**mail, "Attachments": [{**attachment, "Filename": "a b"}]}
    ).json()["ID"]
    paths = [
        f"/view/{number}.html",
        f"/api/v1/message/{number}/raw",
        f"/api/v1/message/{number}/part/2",
    ]
    for path in paths:
        answer = web.get(path)
        assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
    kept = web.get(paths[2]).headers["content-disposition"]
    assert kept.startswith("inline" if kind == "text/plain" else "attachment")


def test_doubled_slashes_are_one(inbox: StartedInbox, send: Send) -> None:
    """`//view/1.txt` is answered as `/view/1.txt`."""
    send()
    assert httpx.get(f"{inbox.base_url}//view/latest.txt").status_code == 200


def test_the_api_describes_itself(web: httpx.Client) -> None:
    """swagger.json names every route of v1 with its methods."""
    paths = web.get("/api/v1/swagger.json").json()["paths"]
    assert set(paths["/messages"]) == {"get", "put", "delete"}
    assert "/message/{id}/part/{part}" in paths


def test_wrong_methods_and_paths(web: httpx.Client) -> None:
    """A known path asked wrongly is 405, an unknown one 404, never anything else."""
    assert web.post("/api/v1/messages").status_code == 405
    assert web.get("/api/v1/nothing").text == "404 page not found"
    assert web.get("/api/v2/nothing").json()["field"] is None
    assert web.options("/api/v1/messages").status_code == 200


def test_a_huge_body_is_refused(web: httpx.Client) -> None:
    """A body over the limit is 413 before it is read to its end."""
    assert web.put("/api/v1/tags", content=b"x" * 6_000_000).status_code == 413


def test_events_tell_of_every_change(inbox: StartedInbox, send: Send) -> None:
    """A WebSocket hears of a new mail, of its being read, and of its deletion."""
    address = inbox.base_url.replace("http", "ws") + "/api/events"
    with connect(address) as socket:
        send("News")
        number = inbox.messages()[0]["ID"]
        inbox.message(number)
        inbox.ask("DELETE", "/api/v1/messages", {"IDs": [number]})
        heard = []
        while "delete" not in [event["Type"] for event in heard]:
            heard.append(json.loads(socket.recv(timeout=10)))
    told = {event["Type"]: event["Data"] for event in heard}
    assert told["new"]["Subject"] == "News"
    assert told["update"] == {"ID": number, "Read": True}
    assert set(told["stats"]) == {"Total", "Unread", "Version"}


def test_a_foreign_page_gets_no_events(inbox: StartedInbox) -> None:
    """A WebSocket from another page's origin is refused."""
    address = inbox.base_url.replace("http", "ws") + "/api/events"
    with pytest.raises(Exception, match="403"), connect(address, origin="https://evil.example"):
        pass


def test_metrics_keep_mailpits_names(web: httpx.Client, inbox: StartedInbox, send: Send) -> None:
    """/metrics has Mailpit's series and tells injected refusals from our own."""
    inbox.add_fault("rcpt", code=450)
    with pytest.raises(Exception, match="450"):
        send()
    text = web.get("/metrics").text
    for name in ("mailpit_messages ", "mailpit_smtp_accepted_total ", "mailpit_uptime_seconds "):
        assert f"\n{name}" in text
    assert 'mock_smtp_replies_total{code="450",injected="true",verb="RCPT"}' in text
    assert 'mock_smtp_attempts_total{outcome="refused",stage="rcpt"}' in text


def test_page_and_api_may_want_a_login(tmp_path_factory: pytest.TempPathFactory) -> None:
    """With --web-auth-file everything but the probes is 401 without the right password."""
    users = tmp_path_factory.mktemp("web") / "users"
    users.write_text("ana:secret\n")
    with (
        running_inbox("--web-auth-file", str(users)) as inbox,
        httpx.Client(base_url=inbox.base_url) as web,
    ):
        assert web.get("/").headers["www-authenticate"] == 'Basic realm="Login"'
        assert web.get("/api/v1/messages", auth=("ana", "wrong")).status_code == 401
        assert web.get("/api/v1/messages", auth=("ana", "secret")).status_code == 200
        assert web.get("/livez").status_code == 200


def test_a_listed_origin_may_read() -> None:
    """With --allowed-origin that page's browser is told it may read; others are not."""
    with running_inbox("--allowed-origin", "http://localhost:3000") as inbox:
        listed = {"Origin": "http://localhost:3000"}
        answer = httpx.get(f"{inbox.base_url}/api/v1/messages", headers=listed)
        assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
        other = {"Origin": "http://localhost:4000"}
        assert httpx.get(f"{inbox.base_url}/api/v1/messages", headers=other).status_code == 403
