"""How long from the brief's curl to the mail in the inbox, through a kit that is up.

    python3 kit.py up
    python -m bench.first_mail --service http://127.0.0.1:8002 --inbox http://127.0.0.1:8025

Prints the median and the range, in milliseconds, of posts made one after another.
"""

import argparse
from statistics import median
from time import monotonic

import httpx

from mock_smtp.client import Inbox

BRIEF = {
    "name": "Carlos Rivas",
    "email": "carlos@mail.com",
    "message": "Me interesa una colaboración",
}


def once(client: httpx.Client, inbox: Inbox) -> float:
    """Milliseconds from the post to the first search that finds the mail."""
    started = monotonic()
    message_id = client.post("/api/contact/", json=BRIEF).raise_for_status().json()["message_id"]
    inbox.wait_for(f"message-id:{message_id}")
    return (monotonic() - started) * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--service", default="http://127.0.0.1:8002")
    parser.add_argument("--inbox", default="http://127.0.0.1:8025")
    parser.add_argument("--mails", type=int, default=25)
    options = parser.parse_args()
    with httpx.Client(base_url=options.service, trust_env=False) as client:
        taken = [once(client, Inbox(options.inbox)) for _ in range(options.mails)]
    print(f"median {median(taken):.0f} ms, {min(taken):.0f} to {max(taken):.0f}")  # noqa: T201


if __name__ == "__main__":
    main()
