"""The HTTP side as an attacker sees it: what is asked for oddly is refused, and nothing stops."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from mock_smtp.client import InboxError
from mock_smtp.store.reader import Readers
from mock_smtp.testing import StartedInbox, running_inbox
from tests.inbox.conftest import Send
from tests.inbox.talking import START, codes

TOO_MANY_TAGS = json.dumps({"IDs": ["1"], "Tags": [str(n) for n in range(999)]}).encode()


def ask(inbox: StartedInbox, path: str, method: str = "GET", **options: Any) -> httpx.Response:
    """Any request at all."""
    return httpx.request(method, inbox.base_url + path, timeout=60, **options)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
    ],
)
def test_the_socket_has_the_same_guard(inbox: StartedInbox, headers: dict[str, str]) -> None:
    """A page elsewhere cannot listen to the news, nor can a rebound name."""
    given = {"Host": "127.0.0.1", **headers}
    answer = ask(
        inbox,
        "/api/events",
        headers={
            **given,
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        },
    )
    assert answer.status_code == 403


def test_a_foreign_origin_cannot_connect(inbox: StartedInbox) -> None:
    """The same with a real client."""
    url = f"ws://127.0.0.1:{inbox.http_port}/api/events"
    with pytest.raises(InvalidStatus), connect(url, origin="https://evil.example"):  # type: ignore[arg-type]
        pass


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_nothing_is_drawn_in_from_elsewhere(inbox: StartedInbox, send: Send, site: str) -> None:
    """An image tag elsewhere cannot mark mail as read; a link elsewhere may be followed."""
    send()
    number = inbox.messages()[0]["ID"]
    drawn = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
    assert ask(inbox, f"/api/v1/message/{number}", headers=drawn).status_code == 403
    assert inbox.messages()[0]["Read"] is False
    followed = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
    assert ask(inbox, "/api/v1/messages", headers=followed).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/message/1/part/..%2f..%2fetc%2fpasswd",
        "/api/v1/message/..%2f..%2f1",
        "/static/..%2f..%2fserver.py",
        "/static/%2e%2e/%2e%2e/server.py",
        "/view/..%2f1.html",
        "/api/v1/message/" + "9" * 5000,
        "/api/v1/message/-1",
        "/api/v1/message/1%00",
        "/api/v1/message/%F0%9F%98%80",
        "/api/v2/attempts/" + "9" * 400,
        "/api/v2/messages/99999999999999999999/transcript",
        "/api/v2/diff?a=1&b=" + "9" * 18,
        "/view/" + "9" * 18 + ".html",
    ],
)
def test_odd_paths_are_not_found(inbox: StartedInbox, path: str) -> None:
    """Ids of any size and paths that climb are 404, never 500 and never a file."""
    assert ask(inbox, path).status_code in {400, 404}


@pytest.mark.parametrize(
    "query",
    [
        "before=0001-01-01",
        "before=9999-12-31T23:59:59-23:59",
        "before=0001-01-01T00:00:00%2B23:59",
        "tz=America",
        "tz=..%2F..%2Fetc%2Fpasswd",
        "tz=%00",
        "tz=" + "x" * 5000,
        "start=9999999999999",
        "limit=-1",
        "limit=1e9",
        "start=%C2%B2",
    ],
)
def test_odd_numbers_and_dates(inbox: StartedInbox, send: Send, query: str) -> None:
    """What cannot be read counts as not given, on the list and in a search."""
    send()
    assert ask(inbox, f"/api/v1/messages?{query}").status_code == 200
    assert ask(inbox, f"/api/v1/search?query=hello&{query}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "a\t" * 4000,
        "a " * 4000,
        "-" * 9000,
        '"' * 9000,
        "x" * 11_000,
        "%a" * 4000,
        "_" * 9000,
        "tag:" + "(" * 5000,
        "after:0001-01-01",
        "before:9999-12-31T23:59-23:59",
        "larger:" + "9" * 400,
        "from:" * 2000,
        "\x00",
        "larger:²",
        "subject:%",
        "!" * 500,
        "is:" + "x" * 5000,
    ],
    ids=range(17),
)
def test_odd_searches(inbox: StartedInbox, send: Send, query: str) -> None:
    """A search is answered or refused; none is an error of ours."""
    send(body="a" * 5000)
    answer = ask(inbox, "/api/v1/search", params={"query": query})
    assert answer.status_code in {200, 400}
    marked = ask(inbox, "/api/v1/messages", "PUT", json={"Search": query, "Read": True})
    assert marked.status_code in {200, 400}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/api/v1/messages", b'{"IDs": ["\\ud800"], "Read": true}'),
        ("PUT", "/api/v1/messages", b'{"Search": "\\ud800", "Read": true}'),
        (
            "POST",
            "/api/v2/faults",
            b'{"stage":"data","action":"drop","match":{"subject":"\\uDFFF"}}',
        ),
        ("PUT", "/api/v2/policies/mailbox-full", b'{"to": "\\ud800"}'),
        ("POST", "/api/v1/send", b'{"From":{"Email":"a@b.c"},"Subject":"\\ud800"}'),
        ("POST", "/api/v1/send", b'{"From":{"Email":"a@b.c"},"Attachments":[1]}'),
        ("POST", "/api/v1/send", b'{"From":{"Email":"a@b.c"},"Headers":[1]}'),
        ("POST", "/api/v1/send", b'{"From":{"Email":"a@b.c"},"Headers":{"X":"a\\r\\nBcc: z@y"}}'),
        ("POST", "/api/v1/send", b'{"From":{"Email":"a@b.c\\r\\nX: y"}}'),
        ("PUT", "/api/v1/chaos", b"[" * 100_000),
        ("PUT", "/api/v1/chaos", b'{"Sender":{"ErrorCode":' + b"9" * 5000 + b"}}"),
        ("PUT", "/api/v1/tags", b"x" * 6_000_000),
        ("PUT", "/api/v1/tags", TOO_MANY_TAGS),
        ("DELETE", "/api/v1/messages", b'{"IDs": 1}'),
        ("POST", "/api/v2/faults", b'{"stage":"data","action":"throttle","seconds":1e400}'),
    ],
)
def test_odd_bodies_are_refused(inbox: StartedInbox, method: str, path: str, body: bytes) -> None:
    """Each is the client's fault and is told so; what is asked next is answered as ever."""
    answer = ask(inbox, path, method, content=body)
    assert 400 <= answer.status_code < 500 or answer.text == "ok"
    for after in ("/api/v2/faults", "/api/v2/policies", "/api/v1/messages", "/api/v1/tags"):
        assert ask(inbox, after).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "a\r\nX-Evil: yes",
        'a"; filename="b',
        "../../etc/passwd",
        "ñ\u202egnp.exe",
        "a\x00b",
        "x" * 5000,
    ],
)
def test_file_names_stay_inside_their_header(inbox: StartedInbox, name: str) -> None:
    """A part's name can neither end its header nor climb out of a folder."""
    head = "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: text/x\r\n"
    head += f"Content-Disposition: attachment; filename*=utf-8''{quote(name)}\r\n\r\nx\r\n--c--\r\n"
    codes(inbox, START + b"DATA\r\n" + head.encode() + b".\r\n")
    answer = ask(inbox, "/api/v1/message/latest/part/1")
    assert answer.status_code == 200
    assert "x-evil" not in answer.headers
    given = answer.headers["content-disposition"].partition("filename=")[2]
    assert given.count('"') == 2
    assert not {"/", "\\", "\r", "\n"} & set(given)


@pytest.mark.parametrize("kind", ["multipart/x-mixed-replace", "text/html", "image/svg+xml"])
def test_no_part_becomes_a_page(inbox: StartedInbox, kind: str) -> None:
    """What a browser would run or take for a stream comes as a file, in a sandbox."""
    mail = f"Subject: x\r\nContent-Type: {kind}\r\n\r\n<script>1</script>\r\n.\r\n".encode()
    codes(inbox, START + b"DATA\r\n" + mail)
    answer = ask(inbox, "/api/v1/message/latest/part/0")
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"
    harmless = answer.headers["content-type"] == "application/octet-stream"
    assert harmless or answer.headers["content-disposition"].startswith("attachment")


def test_a_question_that_takes_too_long_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question has its time; the connection can be used again after it."""
    with running_inbox("--database", str(tmp_path / "mail.db")):
        readers = Readers(tmp_path / "mail.db")
        endless = (
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT sum(x) FROM n"
        )
        monkeypatch.setattr("mock_smtp.store.reader.PATIENCE", 0.05)
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            readers.ask(lambda rows: rows.execute(endless).fetchone())
        assert readers.ask(lambda rows: rows.execute("SELECT 1").fetchone()[0]) == 1
        readers.close()


def test_deleting_while_others_read(inbox: StartedInbox, send: Send) -> None:
    """Mails that vanish under their readers are 404 or whole, never an error of ours."""
    for number in range(8):
        send(f"Mail {number}")
    ids = [mail["ID"] for mail in inbox.messages()]
    statuses: set[int] = set()

    def read() -> None:
        for number in ids:
            for tail in ("", "/raw", "/headers", "/part/0"):
                statuses.add(ask(inbox, f"/api/v1/message/{number}{tail}").status_code)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in ids:
        inbox.ask("DELETE", "/api/v1/messages", {"IDs": [number]})
    for reader in readers:
        reader.join()
    assert statuses <= {200, 404}
    assert inbox.messages() == []


def test_very_long_lists_of_ids(inbox: StartedInbox, send: Send) -> None:
    """A hundred thousand ids, most of them unknown, are marked and deleted in portions."""
    send()
    kept = [inbox.messages()[0]["ID"], *map(str, range(10**9, 10**9 + 100_000))]
    inbox.ask("PUT", "/api/v1/messages", {"IDs": kept, "Read": True})
    assert inbox.messages()[0]["Read"] is True
    inbox.ask("DELETE", "/api/v1/messages", {"IDs": kept})
    assert inbox.messages() == []


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartedInbox]:
    """An inbox that holds 200 000 mails."""
    database = tmp_path_factory.mktemp("full") / "mail.db"
    with running_inbox("--database", str(database)):
        pass
    with sqlite3.connect(database) as rows:
        names = [row[1] for row in rows.execute("PRAGMA table_info(mail)") if row[1] != "id"]
        said = {
            "received": "x",
            "size": "9",
            "sender": '\'[["", "a@b.c"]]\'',
            "subject": "'n' || x",
        }
        lists = {"recipients", "copies", "blind_copies", "reply_to", "envelope_to", "flaws"}
        said |= dict.fromkeys(lists, "'[]'") | dict.fromkeys(
            ("attachments", "inlines", "seen"), "0"
        )
        values = ", ".join(said.get(name, "''") for name in names)
        rows.execute(
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200000)"
            f" INSERT INTO mail ({', '.join(names)}) SELECT {values} FROM n"
        )
        rows.execute("INSERT INTO raw SELECT id, CAST('Subject: x' AS BLOB), NULL FROM mail")
    rows.close()
    with running_inbox("--database", str(database)) as it:
        yield it


def test_the_far_end_of_a_long_list(full: StartedInbox) -> None:
    """The last page of 200 000 mails is a page like the first."""
    last = full.json("GET", "/api/v1/messages?start=199990&limit=50")
    assert (last["total"], last["count"]) == (200_000, 10)
    assert last["messages"][-1]["Subject"] == "n1"


def test_a_mail_of_thirty_megabytes() -> None:
    """It is kept, listed, read, cut into parts and given back whole, and others are served on."""
    line = b"A" * 76 + b"\r\n"
    head = b"Subject: big\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\ntext\r\n"
    head += b"--c\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n"
    head += b"Content-Disposition: attachment; filename=big.zip\r\n\r\n"
    source = head + line * (30 * 1024 * 1024 // len(line)) + b"--c--\r\n"
    with running_inbox() as inbox:
        assert codes(inbox, START + b"DATA\r\n" + source + b".\r\n")[-1] == 250
        mail = inbox.message()
        assert mail["Attachments"][0]["Size"] == 30 * 1024 * 1024 // len(line) * 57
        assert inbox.raw() == source
        assert (
            len(ask(inbox, "/api/v1/message/latest/part/2").content)
            == mail["Attachments"][0]["Size"]
        )


def test_five_thousand_recipients() -> None:
    """Every recipient of a very long list is in the envelope and found by its address."""
    recipients = b"".join(b"RCPT TO:<p%d@example.com>\r\n" % number for number in range(4999))
    with running_inbox("--max-recipients", "0") as inbox:
        assert codes(inbox, START + recipients + b"DATA\r\nSubject: x\r\n\r\n.\r\n")[-1] == 250
        assert len(inbox.message()["Bcc"]) == 5000
        assert len(inbox.search("addressed:p4998@example.com")) == 1


def test_an_unknown_mail_says_so(inbox: StartedInbox) -> None:
    """`latest` of an empty inbox is 404 with Mailpit's words."""
    with pytest.raises(InboxError, match="404: Message not found"):
        inbox.message()
