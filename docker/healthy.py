"""The health check of a container: `healthy.py PART` ends with 0 if that part of the image is well.

web, inbox          its own page says so
dispatcher, worker  it delivered, or looked whether there is something to deliver, just now
"""

import os
import socket
import sys
import urllib.request

PAGES = {"web": "http://127.0.0.1:8002/readyz", "inbox": "http://127.0.0.1:8025/livez"}
# Heartbeats come at least every 5 s; who is silent for 30 s is stale to /healthz and to us.
HEARTBEAT = """
    SELECT count(*) > 0 FROM notifications_worker
    WHERE name LIKE %s AND last_seen > now() - interval '30 seconds'
"""


def is_well(part: str) -> bool:
    """Whether this container's part does its work; any exception means no as well."""
    if part in PAGES:
        with urllib.request.urlopen(PAGES[part], timeout=4) as answer:  # noqa: S310 - ours
            return bool(answer.status == 200)
    return _beats(_heart_of(part))


def _heart_of(part: str) -> str:
    """The pattern of the names whose heartbeat counts for this container."""
    if part == "dispatcher" and os.environ.get("EMAIL_TRANSPORT") == "celery":
        return "worker@%"  # It delivers nothing itself: it is well if a worker hears it.
    return f"%@{socket.gethostname()}:%"


def _beats(pattern: str) -> bool:
    """Whether such a name was seen lately, by the database's clock."""
    # Imported late: the web part and the inbox ask no database.
    import psycopg2

    connection = psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=3)
    try:
        with connection.cursor() as cursor:
            cursor.execute(HEARTBEAT, [pattern])
            return bool(cursor.fetchone()[0])
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_well(sys.argv[1]) else 1)
