"""An SMTP server that says what it is told to, well-formed or not."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

DROP, SILENCE, AFTER_NEXT = "drop", "silence", "after next"
_POLITE = {
    "greeting": "220 ready", "EHLO": "250 hello", "HELO": "250 hello", "MAIL": "250 ok",
    "RCPT": "250 ok", "DATA": "354 go on", "dot": "250 kept", "RSET": "250 ok",
    "NOOP": "250 ok", "QUIT": "221 bye",
}  # fmt: skip


@dataclass
class Scripted:
    """The server's port, what clients said to it, and for whom each message was."""

    port: int = 0
    said: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    reached: list[list[str]] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def verbs(self) -> list[str]:
        """The commands heard, without their arguments."""
        return [line[:4].upper() for line in self.said]


@asynccontextmanager
async def scripted(script: Mapping[str, str | list[str]] | None = None) -> AsyncIterator[Scripted]:
    """A server that answers politely, except where `script` says otherwise.

    A key is a verb, `greeting` or `dot` (the end of a message); a value is a reply, DROP,
    SILENCE, AFTER_NEXT (250, but not before the next command has come), or a list of them for
    the first, second … time (the last one goes on).
    """
    answers = {verb: _listed(answer) for verb, answer in {**_POLITE, **(script or {})}.items()}
    server = Scripted()
    sessions: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sessions.add(asyncio.current_task())
        try:
            await _talk(reader, writer, answers, server)
        except asyncio.CancelledError:
            return
        finally:
            writer.transport.abort()

    listening = await asyncio.start_server(talk, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for session in sessions:
            session.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)


def _listed(answer: str | list[str]) -> list[str]:
    """The answers in order."""
    return [answer] if isinstance(answer, str) else list(answer)


async def _talk(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    answers: dict[str, list[str]],
    server: Scripted,
) -> None:
    """One session."""
    verb = "greeting"
    while True:
        answer = answers[verb].pop(0) if len(answers[verb]) > 1 else answers[verb][0]
        if answer == SILENCE:
            await reader.read()
        if answer in (DROP, SILENCE) or (answer != AFTER_NEXT and not await _say(writer, answer)):
            break
        if answer.startswith("354"):
            server.reached.append(_recipients(server.said))
            server.messages.append(await _message(reader))
            server.heard.set()
            verb = "dot"
            continue
        line = (await reader.readline()).decode().rstrip("\r\n")
        if not line or (answer == AFTER_NEXT and not await _say(writer, "250 kept")):
            break
        server.said.append(line)
        verb = line[:4].upper()


def _recipients(said: list[str]) -> list[str]:
    """The addresses named since the last MAIL."""
    starts = [place for place, line in enumerate(said) if line.startswith("MAIL")]
    named = said[starts[-1] :] if starts else said
    return [line[len("RCPT TO:<") : -1] for line in named if line.startswith("RCPT")]


async def _say(writer: asyncio.StreamWriter, answer: str) -> bool:
    """Send one reply; False if the client has gone."""
    writer.write(answer.encode() + b"\r\n")
    try:
        await writer.drain()
    except ConnectionError:
        return False
    return True


async def _message(reader: asyncio.StreamReader) -> bytes:
    """What came up to the final dot, or up to where the line ended."""
    try:
        return await reader.readuntil(b"\r\n.\r\n")
    except asyncio.IncompleteReadError as cut:
        return cut.partial
