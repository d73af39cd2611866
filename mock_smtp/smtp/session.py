"""One SMTP conversation: aiosmtpd's state machine, read and answered through our own wire."""

import asyncio
import re
import ssl
from collections import defaultdict
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from mock_smtp.smtp.envelopes import plain_address
from mock_smtp.smtp.faults import Visit
from mock_smtp.smtp.hooks import Hooks
from mock_smtp.smtp.ledger import Ledger
from mock_smtp.smtp.replies import with_enhanced
from mock_smtp.smtp.tape import Tape
from mock_smtp.smtp.trouble import Trouble, drip
from mock_smtp.smtp.wire import TooLargeError, WireReader

_LONGEST_COMMAND = 4096
_AUTH_PARAMETER = re.compile(r"\s+AUTH=\S*", re.IGNORECASE)


class Conversation(SMTP):
    """What aiosmtpd does for one client, with transcript, faults and whole mails at once."""

    line_length_limit = 64 * 1024
    session: Session
    envelope: Envelope
    wire: WireReader
    _tls_protocol: Any  # aiosmtpd asks only whether there is one

    def __init__(self, hooks: Hooks, **options: Any) -> None:
        # An attribute of our own: aiosmtpd shares this table between all connections.
        self.command_size_limits = defaultdict(lambda: _LONGEST_COMMAND)
        super().__init__(hooks, enable_SMTPUTF8=True, auth_require_tls=False, **options)
        self.hooks = hooks
        self.tape = Tape()
        self.ledger = Ledger(self.tape, hooks.next_session(), hooks.record)
        self._trouble: Trouble | None = None
        self._final = False
        self._pausing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count and begin."""
        self.hooks.opened(self)
        super().connection_made(transport)
        self.ledger.peer = str((self.session.peer or ("local",))[0])
        if transport.get_extra_info("ssl_object"):
            self._tls_protocol = transport  # encrypted from the start: no STARTTLS to offer

    def connection_lost(self, error: Exception | None) -> None:
        """Count and end."""
        self.ledger.end()
        self.hooks.closed(self)
        super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """A client that has said all it wants is still owed answers to what it said.

        aiosmtpd cancels the conversation, a mail on its way into the store with it. That is right
        only where a fault keeps the client waiting: else, fed the end, it gets there by itself.
        """
        left = self._pausing and not self.wire.pending
        if left or self._tls_protocol:
            return super().eof_received()
        return asyncio.StreamReaderProtocol.eof_received(self)

    def _cb_client_connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.wire = WireReader(reader, self.tape, self.ledger.command)
        super()._cb_client_connected(self.wire, writer)  # type: ignore[arg-type]

    async def _handle_client(self) -> None:
        reply = await self.meet(Visit(stage="connect"))
        if reply is not None:
            await self.push(reply)
            self.hang_up()
        await super()._handle_client()

    async def meet(self, visit: Visit) -> str | None:
        """Suffer what was set to befall this visit; a refusal to be answered is returned."""
        self.ledger.reached(visit.stage)
        trouble = self.hooks.troubles.next(visit, self.ledger.peer)
        if trouble is None:
            return None
        if trouble.action == "drop":
            self.tape.note("The connection is dropped.", trouble.label)
            self.ledger.dropped(trouble.label)
            self.hang_up()
        if trouble.action == "delay":
            self.tape.note(f"A pause of {trouble.seconds:g} s.", trouble.label)
            await self._pause(trouble.seconds)
            return None
        self._trouble = trouble
        return trouble.reply if trouble.action == "reply" else None

    async def _pause(self, seconds: float) -> None:
        """Keep the client waiting; one that leaves meanwhile ends the conversation."""
        self._pausing = True
        try:
            await asyncio.sleep(seconds)
        finally:
            self._pausing = False

    def hang_up(self) -> None:
        """Close the connection without another word; never returns."""
        self.ledger.end()
        if self.transport is not None:
            self.transport.close()
        raise asyncio.CancelledError

    async def push(self, status: Any) -> None:
        """Send a reply with its enhanced code, on the tape, slowly where a fault wants that."""
        text = status.decode() if isinstance(status, bytes) else status
        reply = with_enhanced(text, self.wire.verb)
        trouble, self._trouble = self._trouble, None
        label = trouble.label if trouble else None
        self.tape.server(reply, label)
        self.hooks.counts.replied(self.wire.verb or "connect", reply, injected=trouble is not None)
        self.ledger.replied(self.wire.verb, reply, label, final=self._final)
        if trouble is not None and trouble.action == "throttle":
            await drip(self._writer, reply, trouble.seconds)
        else:
            await super().push(reply)
        if reply.startswith("421"):
            self.hang_up()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Tell address and parameters apart; the usual forms need no full RFC 5322 parser."""
        return plain_address(arg) or super()._getaddr(arg)

    async def check_auth_needed(self, caller_method: str) -> bool:
        """Refuse commands before a login where one is required."""
        if self.hooks.rules.auth_required and not self.session.authenticated:
            await self.push("530 5.7.0 Authentication required")
            return True
        return await super().check_auth_needed(caller_method)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Begin a mail; the AUTH parameter of RFC 4954 is taken and means nothing here."""
        await super().smtp_MAIL(_AUTH_PARAMETER.sub("", arg) if arg else arg)

    @syntax("AUTH <mechanism>")
    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Authenticate, keeping what the client says off the tape."""
        mechanism, space, rest = (arg or "").partition(" ")
        self.tape.masking = True
        try:
            await super().smtp_AUTH(mechanism.upper() + space + rest)
        finally:
            self.tape.masking = False

    @syntax("STARTTLS", when="tls_context")
    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Encrypt from here on; what was said before is forgotten (RFC 3207)."""
        if arg:
            await self.push("501 5.5.2 Syntax: STARTTLS")
            return
        if self._tls_protocol or not self.tls_context:
            await self.push("503 5.5.1 TLS is not available, or active already")
            return
        await self.push("220 2.0.0 Ready to start TLS")
        self.wire.forget()
        try:
            await self._writer.start_tls(self.tls_context)
        except (ssl.SSLError, OSError):
            self.tape.note("The TLS handshake failed.")
            self.hang_up()
        self._encrypted()

    def _encrypted(self) -> None:
        self.transport = self._writer.transport
        self.wire.moved_to(self._writer.transport)
        self._tls_protocol = self._writer.transport
        peer, self.session = self.session.peer, self._create_session()
        self.session.peer = peer
        self._set_rset_state()  # type: ignore[no-untyped-call]
        self.tape.note("The connection is encrypted.")

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
        try:
            reply = await self._content()
            self._final = True
            await self.push(reply)
        finally:
            self._final = False

    async def _content(self) -> str:
        try:
            source = await self.wire.read_mail(self.data_size_limit or 0)
        except TooLargeError:
            self.tape.note("A mail over the size limit was read and thrown away.")
            return "552 5.3.4 Error: Too much mail data"
        finally:
            envelope = self.envelope
            self._set_post_data_state()  # type: ignore[no-untyped-call]
        self.tape.note(f"A mail of {len(source)} bytes.")
        try:
            return await self.hooks.content(self, envelope, source)
        except Exception as error:  # noqa: BLE001 - our failure must not cost the client its mail
            return await self.hooks.handle_exception(error)
