"""The brief's `send_email()`: one mail now, and who got it."""

import asyncio
from email import message_from_bytes, policy
from uuid import uuid4

import pytest

from email_service.transports import Outage
from email_service.transports.smtp import Server, SMTPTransport
from email_service.utils.mailer import (
    PermanentMailError,
    Sent,
    TransientMailError,
    UncertainMailError,
    compose,
    send_email,
)
from tests.engines.children import free_port
from tests.service.transports.scripted import DROP, scripted

ANA, BETO, CARLA = "ana@mail.example", "beto@mail.example", "carla@mail.example"


def sent_to(script: dict[str, object], *to: str) -> Sent:
    """What `send_email` returns with a server of this script."""

    async def talk() -> Sent:
        async with scripted(script) as server:
            way = SMTPTransport(Server(host="127.0.0.1", port=server.port, timeout=1))
            return await asyncio.to_thread(
                send_email, to=to or ANA, subject="Hola", body="¿Qué tal?", transport=way
            )

    return asyncio.run(talk())


def test_everybody_got_it() -> None:
    """All accepted: sent, nobody refused."""
    found = sent_to({}, ANA, BETO)
    assert (found.status, found.accepted, found.refused) == ("sent", [ANA, BETO], {})


def test_one_of_three_refused() -> None:
    """Who was refused is recorded with the reply; the others have the mail."""
    found = sent_to({"RCPT": ["250 ok", "550 nobody", "250 ok"]}, ANA, BETO, CARLA)
    assert (found.status, found.accepted) == ("partially_sent", [ANA, CARLA])
    assert found.refused[BETO].code == 550


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ({"MAIL": "451 later"}, TransientMailError),
        ({"RCPT": "550 nobody", "DATA": "503 no"}, PermanentMailError),
        ({"dot": DROP}, UncertainMailError),
        ({"greeting": "421 busy"}, Outage),
    ],
)
def test_nobody_got_it(script: dict[str, object], error: type[Exception]) -> None:
    """The error says what to do next: again, never, perhaps, or wait for the server."""
    with pytest.raises(error):
        sent_to(script)


def test_no_server() -> None:
    """A server that is away is an outage."""
    way = SMTPTransport(Server(host="127.0.0.1", port=free_port(), timeout=1))
    with pytest.raises(Outage):
        send_email(to=ANA, subject="Hola", body="…", transport=way)


def test_the_message_id_is_the_uuid() -> None:
    """The same UUID makes the same Message-ID, on every retry."""
    identity = uuid4()
    mail = compose(message_id=identity, to=[ANA], subject="Hola", body="…")
    assert f"Message-ID: <{identity}@".encode() in mail.mime


def test_spanish_survives() -> None:
    """Subject and body decode as they were written, in seven-bit lines."""
    mail = compose(message_id=uuid4(), to=[ANA], subject="Ñandú ¿sí?", body="El café está listo ☕")
    parsed = message_from_bytes(mail.mime, policy=policy.default)
    assert parsed["Subject"] == "Ñandú ¿sí?"
    assert parsed.get_content().rstrip() == "El café está listo ☕"
    assert mail.mime.isascii()


def test_a_line_break_in_the_subject_is_refused() -> None:
    """No header can be smuggled in."""
    with pytest.raises(ValueError, match="linefeed"):
        compose(message_id=uuid4(), to=[ANA], subject="Hola\r\nBcc: eve@x.example", body="…")
