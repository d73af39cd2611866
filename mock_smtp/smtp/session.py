"""One SMTP conversation: aiosmtpd's state machine, read and answered through our own wire."""

import asyncio
from collections import defaultdict
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from mock_smtp.smtp.faults import Fault, Stage, Visit
from mock_smtp.smtp.hooks import Hooks
from mock_smtp.smtp.replies import enhanced_code, with_enhanced
from mock_smtp.smtp.tape import Tape
from mock_smtp.smtp.wire import TooLargeError, WireReader

_LONGEST_COMMAND = 4096


class Conversation(SMTP):
    """What aiosmtpd does for one client, with transcript, faults and whole mails at once."""

    line_length_limit = 64 * 1024
    session: Session
    envelope: Envelope

    def __init__(self, hooks: Hooks, **options: Any) -> None:
        # An attribute of our own: aiosmtpd shares this table between all connections.
        self.command_size_limits = defaultdict(lambda: _LONGEST_COMMAND)
        super().__init__(hooks, enable_SMTPUTF8=True, auth_require_tls=False, **options)
        self.hooks = hooks
        self.tape = Tape()
        self.injected: Fault | None = None
        self.wire: WireReader | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count and begin."""
        self.hooks.opened(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Count and end."""
        self.hooks.closed(self)
        super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """A client that has said all it wants may still be owed answers to what it said."""
        if self.wire is not None and self.wire.pending and not self.session.ssl:
            return asyncio.StreamReaderProtocol.eof_received(self)
        return super().eof_received()

    def _cb_client_connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.wire = WireReader(reader, self.tape)
        super()._cb_client_connected(self.wire, writer)  # type: ignore[arg-type]

    async def _handle_client(self) -> None:
        reply = await self.meet(Visit(stage="connect"))
        if reply is not None:
            await self.push(reply)
            self.hang_up()
        await super()._handle_client()

    async def meet(self, visit: Visit) -> str | None:
        """Meet the next fault of a stage, if any; a refusal to be answered is returned."""
        fault = self.hooks.faults.take(visit)
        if fault is None:
            return None
        self.hooks.counts.faults_met += 1
        return await self._suffer(fault, visit.stage)

    async def _suffer(self, fault: Fault, stage: Stage) -> str | None:
        script = fault.script
        self.injected = fault
        if script.action == "drop":
            self.tape.note("The connection is dropped.", fault.id)
            self.hang_up()
        if script.action == "delay":
            self.tape.note(f"A pause of {script.seconds:g} s.", fault.id)
            await asyncio.sleep(script.seconds)
            self.injected = None
        if script.action == "reply":
            code = script.code
            return f"{code} {enhanced_code(code)} Refused by fault {fault.id} at {stage}"
        return None

    def hang_up(self) -> None:
        """Close the connection without another word; never returns."""
        if self.transport is not None:
            self.transport.close()
        raise asyncio.CancelledError

    async def push(self, status: Any) -> None:
        """Send a reply with its enhanced code, on the tape, slowly where a fault wants that."""
        text = status.decode() if isinstance(status, bytes) else status
        reply = with_enhanced(text, self.wire.verb if self.wire else "")
        fault, self.injected = self.injected, None
        self.hooks.replied(reply)
        self.tape.server(reply, fault.id if fault else None)
        if fault is not None and fault.script.action == "throttle":
            await self._drip(reply, fault.script.seconds)
        else:
            await super().push(reply)
        if reply.startswith("421"):
            self.hang_up()

    async def _drip(self, reply: str, seconds: float) -> None:
        for byte in reply.encode("utf-8") + b"\r\n":
            self._writer.write(bytes([byte]))
            await self._writer.drain()
            await asyncio.sleep(seconds)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Tell address and parameters apart; the usual forms need no full RFC 5322 parser."""
        return self.hooks.plain_address(arg) or super()._getaddr(arg)

    @syntax("AUTH <mechanism>")
    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Authenticate, keeping what the client says off the tape."""
        self.tape.masking = True
        try:
            await super().smtp_AUTH(arg)
        finally:
            self.tape.masking = False

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Take a mail as one piece, byte for byte."""
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        await self.push(await self._content())

    async def _content(self) -> str:
        assert self.wire is not None  # noqa: S101 - set before the greeting
        try:
            source = await self.wire.read_mail(self.data_size_limit or 0)
        except TooLargeError:
            self.tape.note("A mail over the size limit was read and thrown away.")
            return "552 5.3.4 Error: Too much mail data"
        finally:
            envelope = self.envelope
            self._set_post_data_state()  # type: ignore[no-untyped-call]
        self.tape.note(f"A mail of {len(source)} bytes.")
        return await self.hooks.content(self, envelope, source)
