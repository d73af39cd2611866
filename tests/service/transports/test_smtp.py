"""The SMTP client knows in which phase a conversation broke, and says what that means."""

import asyncio
from uuid import uuid4

import pytest

from email_service.transports import Connection, Delivery, Envelope, Outage, Phase, Verdict
from email_service.transports.smtp import Server, SMTPTransport
from tests.engines.children import free_port
from tests.service.transports.scripted import AFTER_NEXT, DROP, SILENCE, Scripted, scripted

ANA, BETO = "ana@mail.example", "beto@mail.example"
CONTENT = b"Subject: Hola\r\n\r\nUno\r\n.dos\r\n"
PIPELINING = {"EHLO": "250-hello\r\n250 PIPELINING"}


def client(port: int, **options: object) -> SMTPTransport:
    """A transport with little patience."""
    patience = {"timeout": 0.3, "reply_timeout": 0.3, "deadline": 2}
    return SMTPTransport(Server(host="127.0.0.1", port=port, **patience | options))


async def hand_over(connection: Connection, *to: str) -> Delivery:
    """One mail for `to`."""
    return await connection.send(Envelope(uuid4(), "s@mail.example", to or (ANA,)), CONTENT)


def conversation(
    script: dict[str, object], *to: str, mails: int = 1
) -> tuple[list[Delivery], Scripted]:
    """What came of sending over one connection to a server with this script."""

    async def talk() -> tuple[list[Delivery], Scripted]:
        async with scripted(script) as server:
            connection = await client(server.port).connect()
            deliveries = [await hand_over(connection, *to) for _ in range(mails)]
            await connection.close()
            return deliveries, server

    return asyncio.run(talk())


def outage(script: dict[str, object], **options: object) -> Outage:
    """The outage that connecting to a server with this script is."""

    async def talk() -> None:
        async with scripted(script) as server:
            await client(server.port, **options).connect()

    with pytest.raises(Outage) as caught:
        asyncio.run(talk())
    return caught.value


@pytest.mark.parametrize(
    ("script", "phase", "code"),
    [
        ({"greeting": "421 busy"}, Phase.CONNECT, 421),
        ({"greeting": "554 go away"}, Phase.CONNECT, 554),
        ({"greeting": DROP}, Phase.CONNECT, None),
        ({"greeting": SILENCE}, Phase.CONNECT, None),
        ({"greeting": "no SMTP at all"}, Phase.CONNECT, None),
        ({"greeting": "220-" + "x" * 9000}, Phase.CONNECT, None),
        ({"greeting": "220-a\r\n" * 500}, Phase.CONNECT, None),
        ({"EHLO": "421 later"}, Phase.HELO, 421),
        ({"EHLO": DROP}, Phase.HELO, None),
        ({"EHLO": "502 what", "HELO": "550 no"}, Phase.HELO, 550),
    ],
)
def test_before_mail_it_is_an_outage(
    script: dict[str, str], phase: Phase, code: int | None
) -> None:
    """Whatever fails before MAIL, by whatever code, is no message's fault."""
    found = outage(script)
    assert (found.phase, found.code) == (phase, code)


def test_nobody_listens() -> None:
    """A refused port is an outage at connect."""
    with pytest.raises(Outage) as caught:
        asyncio.run(client(free_port()).connect())
    assert caught.value.phase == Phase.CONNECT


def test_a_name_that_does_not_exist() -> None:
    """DNS is the server's side too."""
    server = Server(host="no-such-host.invalid", port=25, timeout=5)
    with pytest.raises(Outage):
        asyncio.run(SMTPTransport(server).connect())


@pytest.mark.parametrize(
    ("script", "options", "phase", "code"),
    [
        ({}, {"starttls": True}, Phase.TLS, None),
        ({"EHLO": "250-x\r\n250 STARTTLS", "STAR": "454 not now"}, {"starttls": True},
         Phase.TLS, 454),
        ({"EHLO": "250-x\r\n250 STARTTLS", "STAR": "220 go"}, {"starttls": True}, Phase.TLS, None),
        ({}, {"username": "u"}, Phase.AUTH, None),
        ({"EHLO": "250-x\r\n250 AUTH PLAIN", "AUTH": "535 wrong"}, {"username": "u"},
         Phase.AUTH, 535),
        ({"EHLO": "250-x\r\n250 AUTH LOGIN", "AUTH": "454 later"}, {"username": "u"},
         Phase.AUTH, 454),
    ],
)  # fmt: skip
def test_tls_and_auth_are_outages(
    script: dict[str, str], options: dict[str, object], phase: Phase, code: int | None
) -> None:
    """A wrong password must never burn a mail: TLS and AUTH failures are outages."""
    found = outage(script, **options)
    assert (found.phase, found.code) == (phase, code)


def test_an_old_server_without_ehlo() -> None:
    """A server that only knows HELO gets its mail too."""
    [delivery], server = conversation({"EHLO": "502 what"})
    assert delivery.verdict == Verdict.SENT
    assert server.verbs() == ["EHLO", "HELO", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.parametrize("features", [{}, PIPELINING], ids=["plain", "pipelining"])
@pytest.mark.parametrize(
    ("script", "phase", "verdict"),
    [
        ({"MAIL": "451 later"}, Phase.MAIL, Verdict.TRANSIENT),
        ({"MAIL": "550 never"}, Phase.MAIL, Verdict.PERMANENT),
        ({"MAIL": "503 lost"}, Phase.MAIL, Verdict.PROTOCOL),
        ({"MAIL": "421 bye"}, Phase.MAIL, Verdict.TRANSIENT),
        ({"MAIL": DROP}, Phase.MAIL, Verdict.TRANSIENT),
        ({"MAIL": SILENCE}, Phase.MAIL, Verdict.TRANSIENT),
        ({"RCPT": "451 later", "DATA": "503 no"}, Phase.RCPT, Verdict.TRANSIENT),
        ({"RCPT": "550 never", "DATA": "503 no"}, Phase.RCPT, Verdict.PERMANENT),
        ({"RCPT": "421 bye"}, Phase.RCPT, Verdict.TRANSIENT),
        ({"RCPT": DROP}, Phase.RCPT, Verdict.TRANSIENT),
        ({"RCPT": "550 never", "DATA": "354 well"}, Phase.RCPT, Verdict.PERMANENT),
        ({"DATA": "451 later"}, Phase.DATA, Verdict.TRANSIENT),
        ({"DATA": "554 never"}, Phase.DATA, Verdict.PERMANENT),
        ({"DATA": DROP}, Phase.DATA, Verdict.TRANSIENT),
        ({"DATA": "250 hm"}, Phase.DATA, Verdict.PROTOCOL),
        ({"dot": "451 later"}, Phase.DOT, Verdict.TRANSIENT),
        ({"dot": "552 too big"}, Phase.DOT, Verdict.PERMANENT),
        ({"dot": "250 kept"}, Phase.DOT, Verdict.SENT),
        ({"dot": DROP}, Phase.DOT, Verdict.UNCERTAIN),
        ({"dot": SILENCE}, Phase.DOT, Verdict.UNCERTAIN),
        ({"dot": "garbage"}, Phase.DOT, Verdict.UNCERTAIN),
    ],
)
def test_phase_and_verdict(
    features: dict[str, str], script: dict[str, str], phase: Phase, verdict: Verdict
) -> None:
    """From MAIL on the phase decides first, then the code; both ways of talking agree."""
    [delivery], _ = conversation({**features, **script})
    assert (delivery.phase, delivery.verdict) == (phase, verdict)


@pytest.mark.parametrize("features", [{}, PIPELINING], ids=["plain", "pipelining"])
def test_some_recipients_refused(features: dict[str, str]) -> None:
    """Who was refused is named with the reply; the others have the mail."""
    script = {**features, "RCPT": ["250 ok", "550 no such person"]}
    [delivery], server = conversation(script, ANA, BETO)
    assert delivery.verdict == Verdict.SENT
    assert {who: reply.code for who, reply in delivery.refused.items()} == {BETO: 550}
    assert len(server.messages) == 1


def test_some_recipients_put_off() -> None:
    """A 4xx for one recipient is kept apart from a refusal."""
    [delivery], _ = conversation({"RCPT": ["451 later", "250 ok"]}, ANA, BETO)
    assert (list(delivery.deferred), list(delivery.refused)) == ([ANA], [])


def test_dots_are_stuffed() -> None:
    """A line that begins with a dot arrives as it was (RFC 5321 4.5.2)."""
    _, server = conversation({})
    assert server.messages[0] == b"Subject: Hola\r\n\r\nUno\r\n..dos\r\n.\r\n"


@pytest.mark.parametrize("features", [{}, PIPELINING], ids=["plain", "pipelining"])
def test_one_session_takes_many_mails(features: dict[str, str]) -> None:
    """A connection is reused, after a refusal too."""
    refused_once = {
        "RCPT": ["250 ok", "451 later", "250 ok"],
        "DATA": ["354 go", "503 no", "354 go"],
    }
    script = {**features, **refused_once}
    deliveries, server = conversation(script, mails=3)
    assert [d.verdict for d in deliveries] == [Verdict.SENT, Verdict.TRANSIENT, Verdict.SENT]
    assert server.verbs().count("EHLO") == 1


@pytest.mark.parametrize("script", [{"MAIL": "421 bye"}, {"dot": DROP}, {"MAIL": "503 lost"}])
def test_a_doubtful_session_is_not_used_again(script: dict[str, str]) -> None:
    """After 421, a dropped line or a session out of step, a new connection is needed."""

    async def talk() -> bool:
        async with scripted(script) as server:
            connection = await client(server.port).connect()
            await hand_over(connection)
            return await connection.usable()

    assert asyncio.run(talk()) is False


def announced(script: dict[str, object], *second_to: str) -> tuple[list[Delivery], bool, Scripted]:
    """What came of two mails, the second announced; whether the session was usable after them."""

    async def talk() -> tuple[list[Delivery], bool, Scripted]:
        async with scripted(script) as server:
            connection = await client(server.port).connect()
            following = Envelope(uuid4(), "s@mail.example", second_to or (BETO,))
            connection.announce(following)
            deliveries = [await hand_over(connection)]
            usable = await connection.usable()
            if usable:
                deliveries.append(await connection.send(following, CONTENT))
            await connection.close()
            return deliveries, usable, server

    return asyncio.run(talk())


def test_an_announced_mail_is_introduced_behind_the_dot() -> None:
    """Where the server pipelines, its commands do not wait for the reply (RFC 2920 3.1)."""
    deliveries, _, server = announced({**PIPELINING, "dot": AFTER_NEXT})
    assert [delivery.verdict for delivery in deliveries] == [Verdict.SENT, Verdict.UNCERTAIN]
    assert server.verbs() == ["EHLO", *["MAIL", "RCPT", "DATA"] * 2]
    assert len(server.messages) == 2


def test_without_pipelining_nothing_leaves_early() -> None:
    """Other servers are told one thing after another."""
    deliveries, _, server = announced({"dot": "250 kept"})
    assert [delivery.verdict for delivery in deliveries] == [Verdict.SENT] * 2
    assert server.verbs() == ["EHLO", *["MAIL", "RCPT", "DATA"] * 2, "QUIT"]


@pytest.mark.parametrize(
    ("script", "verdicts"),
    [
        ({"dot": ["451 later", "250 kept"]}, [Verdict.TRANSIENT, Verdict.SENT]),
        ({"dot": ["552 too big", "250 kept"]}, [Verdict.PERMANENT, Verdict.SENT]),
        ({"RCPT": ["250 ok", "450 later"], "DATA": ["354 go", "503 no"]},
         [Verdict.SENT, Verdict.TRANSIENT]),
        ({"RCPT": ["451 later", "250 ok"], "DATA": ["503 no", "354 go"]},
         [Verdict.TRANSIENT, Verdict.SENT]),
        ({"dot": ["250 kept", DROP]}, [Verdict.SENT, Verdict.UNCERTAIN]),
    ],
)  # fmt: skip
def test_each_mail_has_its_own_outcome(script: dict[str, object], verdicts: list[Verdict]) -> None:
    """What the server says of one mail is not taken for an answer to the other."""
    deliveries, _, server = announced({**PIPELINING, **script})
    assert [delivery.verdict for delivery in deliveries] == verdicts
    assert server.verbs().count("EHLO") == 1


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("250 kept\0by me", "kept by me"),
        ("250 kept\rby me", "kept by me"),
        ("250 kept \x1b[2J\x7f", "kept  [2J "),
        ("250 kept\r", "kept"),
        ("250 grüße\u0085", "grüße "),
        ("250", ""),
    ],
)
def test_a_reply_with_control_characters(said: str, kept: str) -> None:
    """They are no line ends, and stand in no row and no log: it is the reply that it is."""
    [delivery], _ = conversation({"dot": said})
    assert delivery.reply == (250, kept)


@pytest.mark.parametrize(
    "script",
    [
        {"MAIL": ["451 later", "250 ok"], "DATA": ["503 no", "354 go"]},
        {"RCPT": ["550 nobody", "250 ok"], "DATA": ["503 no", "354 go"]},
        {"RCPT": ["250 ok", "550 nobody", "250 ok"], "DATA": ["354 go", "503 no", "354 go"]},
        {"DATA": ["451 later", "354 go"]},
        {"DATA": ["354 go", "451 later", "354 go"]},
        {"dot": ["451 later", "250 kept"]},
        {"dot": ["250 kept", "552 too big", "250 kept"]},
    ],
)
def test_each_mail_reaches_its_own_recipient(script: dict[str, object]) -> None:
    """Whatever is refused in between, no message goes to those who were announced for another."""
    people = [f"number-{number}@mail.example" for number in range(5)]
    server = asyncio.run(one_after_another({**PIPELINING, **script}, people))
    reached = [message.split(b"\r\n")[0].decode() for message in server.messages]
    assert reached == [f"Subject: for {who}" for [who] in server.reached]
    assert len(server.messages) >= 4


async def one_after_another(script: dict[str, object], people: list[str]) -> Scripted:
    """One mail for each over one session; the second and the fourth are announced."""
    async with scripted(script) as server:
        connection = await client(server.port).connect()
        envelopes = [Envelope(uuid4(), "s@mail.example", (who,)) for who in people]
        for place, envelope in enumerate(envelopes):
            if place in (0, 2):
                connection.announce(envelopes[place + 1])
            content = f"Subject: for {people[place]}\r\n\r\nHola".encode()
            await connection.send(envelope, content)
        return server


def test_another_mail_than_the_introduced_one() -> None:
    """It must not reach the people the server was told of: the line is left, nothing is sent."""

    async def talk() -> tuple[Delivery, bool, list[bytes]]:
        async with scripted(PIPELINING) as server:
            connection = await client(server.port).connect()
            connection.announce(Envelope(uuid4(), "s@mail.example", (BETO,)))
            await hand_over(connection)
            delivery = await hand_over(connection)
            return delivery, await connection.usable(), server.messages

    delivery, usable, messages = asyncio.run(talk())
    assert (delivery.verdict, delivery.phase) == (Verdict.TRANSIENT, Phase.MAIL)
    assert not usable
    assert len([message for message in messages if message]) == 1


@pytest.mark.parametrize("dot", ["421 bye", "503 lost", DROP])
def test_an_announced_mail_does_not_use_a_doubtful_session(dot: str) -> None:
    """It was introduced, nothing of it has left, and it needs another connection."""
    deliveries, usable, _ = announced({**PIPELINING, "dot": dot})
    assert (len(deliveries), usable) == (1, False)


def test_an_announced_mail_that_smtp_cannot_carry() -> None:
    """The mail before it is sent all the same; its own turn tells."""
    deliveries, _, _ = announced(PIPELINING, "ñandú@mail.example")
    assert [delivery.verdict for delivery in deliveries] == [Verdict.SENT, Verdict.PERMANENT]


def test_withdrawing_an_introduced_mail() -> None:
    """A server that waits for its message is left, at once, without another word."""

    async def talk() -> tuple[bool, list[str]]:
        async with scripted(PIPELINING) as server:
            connection = await client(server.port).connect()
            connection.announce(Envelope(uuid4(), "s@mail.example", (BETO,)))
            await hand_over(connection)
            connection.withdraw()
            usable = await connection.usable()
            await connection.close()
            return usable, server.verbs()

    usable, verbs = asyncio.run(talk())
    assert not usable
    assert verbs[-1] != "QUIT"


def test_withdrawing_in_time() -> None:
    """Nothing was said of the other mail yet: the session goes on."""

    async def talk() -> bool:
        async with scripted(PIPELINING) as server:
            connection = await client(server.port).connect()
            connection.announce(Envelope(uuid4(), "s@mail.example", (BETO,)))
            connection.withdraw()
            await hand_over(connection)
            return await connection.usable()

    assert asyncio.run(talk())


def test_the_guard_forbids_the_final_dot() -> None:
    """What the guard raises comes before the dot: the server has no whole message."""

    class Lost(Exception):
        """The lease is gone."""

    def guard() -> None:
        raise Lost

    async def talk() -> list[bytes]:
        async with scripted() as server:
            connection = await client(server.port).connect()
            with pytest.raises(Lost):
                await connection.send(Envelope(uuid4(), "s@x.example", (ANA,)), CONTENT, guard)
            await server.heard.wait()
            return server.messages

    assert not asyncio.run(talk())[0].endswith(b"\r\n.\r\n")


def test_no_command_is_smuggled() -> None:
    """A line break in an address never reaches the server as a second command."""
    [delivery], server = conversation({}, "ana@mail.example>\r\nRCPT TO:<eve@mail.example")
    assert delivery.verdict == Verdict.PERMANENT
    assert "RCPT" not in server.verbs()


def test_an_address_beyond_ascii() -> None:
    """An address that needs SMTPUTF8 is refused by us, for good."""
    [delivery], _ = conversation({}, "ñandú@mail.example")
    assert delivery.verdict == Verdict.PERMANENT


def test_a_server_that_trickles() -> None:
    """One mail has a deadline of its own, however lively the server looks."""

    async def talk() -> Delivery:
        async with scripted(PIPELINING) as server:
            connection = await client(server.port, deadline=0).connect()
            return await hand_over(connection)

    assert asyncio.run(talk()).verdict == Verdict.TRANSIENT
