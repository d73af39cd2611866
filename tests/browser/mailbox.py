"""A mailbox in which everything has happened: HTML, files, refusals, a lost 250, a true twin."""

import contextlib
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import NamedTuple

from mock_smtp.testing import StartedInbox, running_inbox

_HTML = """<html><body style="margin:0;background:#f4f4f8;font-family:sans-serif">
<div style="max-width:560px;margin:auto;background:#fff;padding:32px"><h1>Hola, Ana</h1>
<p>Tu pedido <b>A-1042</b> va en camino.</p><img src="https://example.com/pixel.png" alt="">
</div></body></html>"""


class Filled(NamedTuple):
    """The inbox, the id of the mail whose 250 was lost (its second copy), and of one with HTML."""

    inbox: StartedInbox
    twice: str
    html: str


@contextmanager
def filled_inbox() -> Iterator[Filled]:
    """Fill an inbox of its own and keep it running for as long as the block runs."""
    with running_inbox() as inbox:
        deliver(inbox, mail("Reset your password", "Accounts <accounts@example.com>"))
        html = mail("Tu pedido va en camino", "Tienda Luz <tienda@example.com>", "order-1042")
        html.add_alternative(_HTML, subtype="html")
        html.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="a.pdf")
        deliver(inbox, html, "ana@example.com", "hidden@example.com")
        _broken(inbox)
        for _ in range(2):
            deliver(inbox, mail("Newsletter 48", "News <news@example.com>", "news-48"))
        inbox.add_fault("rcpt", code=550, times=0, match={"to": "nobody@example.com"})
        deliver(inbox, mail("Anybody?", "Eva <eva@example.com>"), "nobody@example.com")
        lose_the_250(inbox)
        inbox.add_fault("data", code=451, times=2, match={"to": "later@example.com"})
        ids = {message["Subject"]: message["ID"] for message in inbox.messages()[::-1]}
        yield Filled(inbox, ids["Welcome, Ana"], ids["Tu pedido va en camino"])


def lose_the_250(inbox: StartedInbox, *, refused: bool = True, pause: float = 0) -> None:
    """One mail, perhaps refused for now, is kept without its 250, then sent again by its client.

    The pause between its attempts is spent watching that nothing else comes.
    """
    if refused:
        inbox.add_fault("data", code=451, match={"subject": "Welcome"})
    inbox.add_fault("after-store", "drop", match={"subject": "Welcome"})
    for copies in (0, 1, 2) if refused else (1, 2):
        deliver(inbox, mail("Welcome, Ana", "Shop <shop@example.com>", "welcome-7"))
        if pause and copies < 2:
            inbox.expect_exactly(copies, "subject:Welcome", within=pause)


def mail(subject: str, sender: str, message_id: str = "") -> EmailMessage:
    """A short mail to Ana."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "ana@example.com", subject
    if message_id:
        message["Message-ID"] = f"<{message_id}@example.com>"
    message.set_content("Good morning, Ana.\n\nYour account is ready.\n\nThe shop\n")
    return message


def deliver(inbox: StartedInbox, message: EmailMessage, *to: str) -> None:
    """Hand a mail over; a refusal or a dropped line is part of the story."""
    with (
        contextlib.suppress(smtplib.SMTPException),
        smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=10) as connection,
    ):
        connection.send_message(message, to_addrs=to or None)


def _broken(inbox: StartedInbox) -> None:
    broken = b"Subject: Broken\r\nContent-Type: multipart/mixed\r\n\r\n--x\r\n\r\nlost?"
    with smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=10) as connection:
        connection.sendmail("a@example.com", ["ana@example.com"], broken)
