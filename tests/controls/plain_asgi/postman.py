"""A thread that sends what is due, once each, and writes down how it ended."""

import os
import smtplib
import sqlite3
import sys
import traceback
from email.message import EmailMessage
from pathlib import Path
from threading import Event, Thread

import store
from logs import tell

ATTEMPTS = 4
DELAY = float(os.environ.get("EMAIL_RETRY_DELAY") or 5)


class Postman(Thread):
    """Sends until it is stopped; `wake` saves it the wait."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._woken = Event()
        self._stopped = False

    def wake(self) -> None:
        """There is something to send."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the mail in hand and end."""
        self._stopped = True
        self.wake()
        self.join(timeout=3)

    def run(self) -> None:
        """Make rounds; a database that is away is tried again later."""
        while not self._stopped:
            self._woken.clear()
            try:
                self._round()
            except sqlite3.Error as error:
                tell("round_failed", error=repr(error))
            self._woken.wait(min(DELAY, 0.5))

    def _round(self) -> None:
        for message_id, operation, content, attempts in store.due():
            if self._stopped:
                return
            self._deliver(message_id, mail(message_id, operation, content), attempts + 1)

    def _deliver(self, message_id: str, letter: EmailMessage, attempt: int) -> None:
        try:
            TRANSPORTS[os.environ.get("EMAIL_TRANSPORT") or "console"](letter)
        except (OSError, smtplib.SMTPException) as error:
            tell("not_sent", message_id=message_id, error=type(error).__name__)
            final = attempt == ATTEMPTS or _refused_for_good(error)
            store.settle(message_id, "failed" if final else "queued", attempt, DELAY)
        except Exception:  # noqa: BLE001 - a mail that cannot be written must not stop the others
            tell("not_written", message_id=message_id, error=traceback.format_exc())
            store.settle(message_id, "failed", attempt)
        else:
            store.settle(message_id, "sent", attempt)
            tell("sent", message_id=message_id)


def mail(message_id: str, operation: str, content: dict[str, str]) -> EmailMessage:
    """The mail of a message: to the owner for a form, to whom it says for a notice."""
    letter = EmailMessage()
    letter["From"] = "no-reply@plain-asgi.example"
    letter["Message-ID"] = f"<{message_id}@plain-asgi.example>"
    if operation == "notify":
        letter["To"], letter["Subject"] = content["to"], content["subject"]
        letter.set_content(content["body"])
        return letter
    letter["To"] = os.environ.get("OWNER") or "owner@plain-asgi.example"
    letter["Reply-To"] = content["email"]
    letter["Subject"] = f"Contacto: {' '.join(content['name'].split())}"
    letter.set_content(f"{content['name']} <{content['email']}>\n\n{content['message']}\n")
    return letter


def _console(letter: EmailMessage) -> None:
    sys.stdout.write(f"{letter}\n")


def _file(letter: EmailMessage) -> None:
    folder = Path(os.environ.get("EMAIL_FILE_PATH") or "sent_emails")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{letter['Message-ID'][1:37]}.eml").write_bytes(letter.as_bytes())


def _smtp(letter: EmailMessage) -> None:
    host, _, port = os.environ["SMTP_SERVER"].rpartition(":")
    with smtplib.SMTP(host, int(port), timeout=2) as server:
        server.send_message(letter)


TRANSPORTS = {"console": _console, "file": _file, "smtp": _smtp}


def _refused_for_good(error: Exception) -> bool:
    """Whether every reply that the server gave is a 5xx."""
    replies = getattr(error, "recipients", None) or {"": (getattr(error, "smtp_code", 0), b"")}
    return all(code >= 500 for code, _ in replies.values())
