"""The tables, and how a connection to them is opened.

`mail` is narrow and holds what a list shows; `raw` holds the source as it came. A source over
512 KiB lies in `piece` rows that were written before its mail; pieces without a mail are swept
when the store opens. Ids are never reused, so "after this id" stays true when mail is deleted.
"""

import sqlite3
from pathlib import Path

VERSION = 1

_TABLES = """
CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    copies TEXT NOT NULL,
    blind_copies TEXT NOT NULL,
    reply_to TEXT NOT NULL,
    size INTEGER NOT NULL,
    attachments INTEGER NOT NULL,
    inlines INTEGER NOT NULL,
    snippet TEXT NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0,
    username TEXT NOT NULL,
    envelope_from TEXT NOT NULL,
    envelope_to TEXT NOT NULL,
    digest TEXT NOT NULL,
    flaws TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS mail_message_id ON mail (message_id);
CREATE INDEX IF NOT EXISTS mail_unseen ON mail (id) WHERE seen = 0;
CREATE TABLE IF NOT EXISTS raw (
    mail INTEGER PRIMARY KEY,
    source BLOB,
    upload TEXT
);
CREATE TABLE IF NOT EXISTS piece (
    upload TEXT NOT NULL,
    number INTEGER NOT NULL,
    source BLOB NOT NULL,
    PRIMARY KEY (upload, number)
);
CREATE TABLE IF NOT EXISTS tag (
    mail INTEGER NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (mail, name)
);
CREATE INDEX IF NOT EXISTS tag_name ON tag (name);
CREATE TABLE IF NOT EXISTS attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mail INTEGER,
    message_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    peer TEXT NOT NULL,
    session INTEGER NOT NULL,
    started INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    envelope_from TEXT NOT NULL,
    envelope_to TEXT NOT NULL,
    outcome TEXT NOT NULL,
    stage TEXT NOT NULL,
    code INTEGER,
    injected TEXT,
    transcript TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS attempt_mail ON attempt (mail);
CREATE INDEX IF NOT EXISTS attempt_message_id ON attempt (message_id);
CREATE INDEX IF NOT EXISTS attempt_sender ON attempt (envelope_from, started);
CREATE TABLE IF NOT EXISTS origin (version INTEGER NOT NULL, mark TEXT NOT NULL);
INSERT INTO origin SELECT {version}, lower(hex(randomblob(16)))
    WHERE NOT EXISTS (SELECT 1 FROM origin);
DELETE FROM piece WHERE upload NOT IN (SELECT upload FROM raw WHERE upload IS NOT NULL);
"""

_DERIVED_TABLES = """
CREATE TABLE IF NOT EXISTS derived.words (mail INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS derived.watermark (origin TEXT NOT NULL, mail INTEGER NOT NULL);
"""


def derived_path(database: Path) -> Path:
    """Where the search text of a database lies; it may be deleted and is made again."""
    return database.with_name(database.name + "-words")


def open_for_writing(database: Path, *, durable: bool) -> sqlite3.Connection:
    """Open and prepare the one connection that writes; raises sqlite3.Error if it cannot be."""
    connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    connection.execute("PRAGMA busy_timeout = 10000")
    # A checkpoint inside a commit would hold up everybody's 250; `fold_log` does it beside.
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.executescript(_TABLES.format(version=VERSION))
    return connection


def open_for_reading(database: Path) -> sqlite3.Connection:
    """Open a connection that sees mail and search text and can change neither's mail."""
    connection = sqlite3.connect(
        f"{database.resolve().as_uri()}?mode=ro",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA busy_timeout = 10000")
    connection.execute("ATTACH ? AS derived", (f"{derived_path(database).resolve().as_uri()}",))
    connection.create_function("fold", 1, str.lower, deterministic=True)
    connection.execute("CREATE TEMP TABLE fresh (mail INTEGER PRIMARY KEY, body TEXT NOT NULL)")
    return connection


def fold_log(database: Path) -> None:
    """Copy the write-ahead log into the database as far as no reader needs it."""
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
    finally:
        connection.close()


def prepare_derived(database: Path, origin: str) -> None:
    """Make the file of search text ready, anew if it belongs to another database."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        _attach_fitting(connection, derived_path(database), origin)
    except sqlite3.DatabaseError:
        connection.close()
        _remove(derived_path(database))
        connection = sqlite3.connect(":memory:", isolation_level=None)
        _attach_fitting(connection, derived_path(database), origin)
    finally:
        connection.close()


def _attach_fitting(connection: sqlite3.Connection, path: Path, origin: str) -> None:
    connection.execute("ATTACH ? AS derived", (str(path),))
    connection.execute("PRAGMA derived.journal_mode = WAL")
    connection.executescript(_DERIVED_TABLES)
    row = connection.execute("SELECT origin FROM derived.watermark").fetchone()
    if row is None or row[0] != origin:
        connection.execute("DELETE FROM derived.words")
        connection.execute("DELETE FROM derived.watermark")
        connection.execute("INSERT INTO derived.watermark VALUES (?, 0)", (origin,))


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
