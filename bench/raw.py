"""The limits: mails that were made before, sent with nothing written down about them."""

import asyncio
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP
from uuid import UUID

import uvloop

from bench.mail import BODY, RECIPIENT, SENDER, SUBJECT, message_id
from bench.sink import Sink, sink
from email_service.transports import Connection, Envelope
from email_service.transports.smtp import Server, SMTPTransport

_MARK = "THE-MESSAGE-ID"
# Who a mail is for; that its name is always the same matters to nobody here.
_ENVELOPE = Envelope(UUID(int=0), SENDER, (RECIPIENT,))


def smtplib_rate(folder: Path, mails: int, delay: float) -> float:
    """Mails a second by smtplib, over one connection: four round trips a mail."""
    with sink(folder, delay) as target, SMTP("127.0.0.1", target.port) as line:
        for mail in _mails(mails):
            line.sendmail(SENDER, [RECIPIENT], mail)
        return _rate(target)


def client_rate(folder: Path, mails: int, delay: float, connections: int) -> float:
    """Mails a second by the service's own SMTP client, over so many connections."""
    with sink(folder, delay) as target:
        uvloop.run(_send_all(target, iter([*_mails(mails)]), connections))
        return _rate(target)


async def _send_all(target: Sink, mails: Iterator[bytes], connections: int) -> None:
    """Each connection takes the next mail as soon as its last one has left."""
    server = SMTPTransport(Server(host="127.0.0.1", port=target.port))
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_send(await server.connect(), mails))


async def _send(connection: Connection, mails: Iterator[bytes]) -> None:
    """Send until there is none left, the next one always announced."""
    for mail in mails:
        connection.announce(_ENVELOPE)
        await connection.send(_ENVELOPE, mail)
    connection.withdraw()
    await connection.close()


def _rate(target: Sink) -> float:
    """Mails a second, as the sink saw them."""
    seen = target.seen()
    return seen.copies / (seen.last - seen.first)


def _mails(count: int) -> Iterator[bytes]:
    """So many mails, each with an id of its own."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SENDER, RECIPIENT, SUBJECT
    mail["Message-ID"] = _MARK
    mail.set_content(BODY, cte="quoted-printable")
    text = mail.as_bytes().replace(b"\n", b"\r\n")
    for number in range(count):
        yield text.replace(_MARK.encode(), message_id(number).encode())
