"""The limit: smtplib, one connection, the message made before, nothing written down."""

from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP

from bench.mail import BODY, RECIPIENT, SENDER, SUBJECT, message_id
from bench.sink import sink

_MARK = "THE-MESSAGE-ID"


def raw_rate(folder: Path, mails: int, delay: float) -> float:
    """Mails a second."""
    with sink(folder, delay) as target, SMTP("127.0.0.1", target.port) as line:
        message = _message()
        for number in range(mails):
            line.sendmail(SENDER, [RECIPIENT], message.replace(_MARK, message_id(number)))
        seen = target.seen()
    return mails / (seen.last - seen.first)


def _message() -> str:
    """The mail, with a mark where its id goes."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SENDER, RECIPIENT, SUBJECT
    mail["Message-ID"] = _MARK
    mail.set_content(BODY, cte="quoted-printable")
    return mail.as_string()
