"""Keeping mail: across a kill, a restart, retention, and the search text written behind."""

import smtplib
import sqlite3
import threading
from pathlib import Path

import pytest

from mock_smtp.client import wait_until
from mock_smtp.store.writer import Writer
from mock_smtp.testing import StartedInbox, running_inbox
from tests.inbox.conftest import Send


def pour(inbox: StartedInbox, acknowledged: list[str], name: str) -> None:
    """Send mails until the inbox dies, noting each that was answered 250."""
    try:
        with smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=10) as connection:
            for number in range(100_000):
                subject = f"{name}-{number}"
                source = f"Subject: {subject}\r\n\r\nx\r\n".encode()
                connection.sendmail("a@example.com", ["b@example.com"], source)
                acknowledged.append(subject)
    except (smtplib.SMTPException, OSError):
        return


def test_what_was_answered_250_survives_a_kill(tmp_path: Path) -> None:
    """After kill -9 in the middle of four clients' mail, everything answered 250 is there."""
    database, acknowledged = str(tmp_path / "mail.db"), list[str]()
    with running_inbox("--database", database) as inbox:
        clients = [
            threading.Thread(target=pour, args=(inbox, acknowledged, f"c{number}"))
            for number in range(4)
        ]
        for client in clients:
            client.start()
        wait_until(lambda: len(acknowledged) > 400)
        inbox.child.kill()
        for client in clients:
            client.join()
    with running_inbox("--database", database) as inbox:
        kept = [mail["Subject"] for mail in inbox.messages()]
    assert set(acknowledged) <= set(kept)
    assert len(kept) == len(set(kept))


def test_a_restart_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """A database in a file keeps mails, their state and its ids over a restart."""
    options = ["--database", str(tmp_path / "mail.db")]
    with running_inbox(*options) as inbox:
        for subject in ("one", "two"):
            with smtplib.SMTP("127.0.0.1", inbox.smtp_port) as connection:
                connection.sendmail("a@x.org", ["b@x.org"], f"Subject: {subject}\r\n\r\nx".encode())
        inbox.message("1")
        inbox.ask("DELETE", "/api/v1/messages", {"IDs": ["2"]})
    with running_inbox(*options) as inbox:
        with smtplib.SMTP("127.0.0.1", inbox.smtp_port) as connection:
            connection.sendmail("a@x.org", ["b@x.org"], b"Subject: three\r\n\r\nx")
        seen = [(mail["ID"], mail["Subject"], mail["Read"]) for mail in inbox.messages()]
    assert seen == [("3", "three", False), ("1", "one", True)]


def test_the_search_text_is_written_behind(tmp_path: Path) -> None:
    """The extractor reaches the newest mail, and search gives the same answer before and after."""
    database = tmp_path / "mail.db"
    with running_inbox("--database", str(database)) as inbox:
        with smtplib.SMTP("127.0.0.1", inbox.smtp_port) as connection:
            for number in range(50):
                source = f"Subject: {number}\r\n\r\nneedle{number % 5}\r\n".encode()
                connection.sendmail("a@x.org", ["b@x.org"], source)
        before = len(inbox.search("needle3"))
        wait_until(lambda: watermark(database) == 50)
        assert before == len(inbox.search("needle3")) == 10
        inbox.delete_all()
        assert inbox.search("needle3") == []


def watermark(database: Path) -> int:
    """How far the extractor has come."""
    with sqlite3.connect(f"{database}-words") as rows:
        return int(rows.execute("SELECT mail FROM watermark").fetchone()[0])


def test_a_broken_search_text_is_made_again(tmp_path: Path) -> None:
    """Search works although the derived file was spoiled while the inbox was down."""
    database = tmp_path / "mail.db"
    with (
        running_inbox("--database", str(database)) as inbox,
        smtplib.SMTP("127.0.0.1", inbox.smtp_port) as connection,
    ):
        connection.sendmail("a@x.org", ["b@x.org"], b"Subject: x\r\n\r\nneedle")
    for suffix in ("-wal", "-shm"):
        Path(f"{database}-words{suffix}").unlink(missing_ok=True)
    Path(f"{database}-words").write_bytes(b"not a database at all" * 100)
    with running_inbox("--database", str(database)) as inbox:
        assert len(inbox.search("needle")) == 1


def test_only_the_newest_are_kept_where_asked() -> None:
    """With --keep-count the oldest mails go, the newest stay."""
    with running_inbox("--keep-count", "3") as inbox:
        with smtplib.SMTP("127.0.0.1", inbox.smtp_port) as connection:
            for number in range(8):
                connection.sendmail("a@x.org", ["b@x.org"], f"Subject: {number}\r\n\r\n".encode())
        wait_until(lambda: len(inbox.messages()) == 3, timeout=20)
        assert [mail["Subject"] for mail in inbox.messages()] == ["7", "6", "5"]


def test_a_bad_change_does_not_take_its_neighbours_along(tmp_path: Path) -> None:
    """In one group a change that fails has its error, and the others are committed."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.execute("CREATE TABLE t (n INTEGER)")
    writer, gate = Writer(connection), threading.Event()
    writer.submit(lambda _: gate.wait(5))
    good = [
        writer.submit(lambda rows, n=n: rows.execute("INSERT INTO t VALUES (?)", (n,)))
        for n in (1, 2)
    ]
    bad = writer.submit(lambda rows: rows.execute("nonsense"))
    counted = writer.submit(lambda rows: rows.execute("SELECT count(*) FROM t").fetchone()[0])
    gate.set()
    with pytest.raises(sqlite3.OperationalError):
        bad.result(5)
    assert [future.exception(5) for future in good] == [None, None]
    assert counted.result(5) == 2
    writer.close()


def test_a_large_mail_does_not_hold_up_small_ones(inbox: StartedInbox, send: Send) -> None:
    """While a mail of 20 MB is being stored, small mails are answered and kept."""
    source = b"Subject: huge\r\n\r\n" + (b"x" * 998 + b"\r\n") * 20_000
    with smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=60) as connection:
        big = threading.Thread(target=connection.sendmail, args=("a@x.org", ["b@x.org"], source))
        big.start()
        for number in range(20):
            send(f"small {number}")
        big.join()
    assert {mail["Subject"] for mail in inbox.messages()} >= {"huge", "small 19"}
    assert inbox.messages()[0]["Size"] > 0
