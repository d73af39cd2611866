"""The connection to one client: read and answered through our own wire, on the record."""

import asyncio
import socket
from collections import defaultdict
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from mock_smtp.mime.headers import subject_of
from mock_smtp.smtp.faults import Visit
from mock_smtp.smtp.hooks import Hooks
from mock_smtp.smtp.ledger import Ledger
from mock_smtp.smtp.replies import with_enhanced
from mock_smtp.smtp.tape import Tape
from mock_smtp.smtp.trouble import Trouble, drip
from mock_smtp.smtp.wire import WireReader

_LONGEST_COMMAND = 4096
_NARROW = 16 * 1024


class Connection(SMTP):
    """Greets, answers, suffers what was set to go wrong, and ends; the verbs are `Conversation`."""

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
        self.gone = False
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
        """Count and end, but not before what the client had said is done.

        aiosmtpd cancels the conversation, a mail that has come whole with it. Under TLS that is
        every client that closes right behind its last dot: TLS cannot be closed on one side only.
        """
        self.hooks.closed(self)
        assert self._handler_coroutine is not None  # noqa: S101 - connection_made has set it
        self._handler_coroutine.add_done_callback(self._over)
        if self._left_while_waiting or self.wire.slow:
            super().connection_lost(error)
        else:
            self.gone = True
            # Without its error: with it, what has come but was not read yet would be thrown away.
            asyncio.StreamReaderProtocol.connection_lost(self, None)

    def _over(self, conversation: "asyncio.Task[None]") -> None:
        if not conversation.cancelled():
            conversation.exception()  # a client that is gone needs no traceback
        self.ledger.end()
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        self.transport = None

    def eof_received(self) -> bool | None:
        """A client that has said all it wants is still owed answers to what it said.

        aiosmtpd cancels here, too. That is right only where a fault keeps the client waiting:
        else, fed the end, the conversation gets there by itself.
        """
        if self._left_while_waiting:
            return super().eof_received()
        waits = asyncio.StreamReaderProtocol.eof_received(self)
        return waits and not self._tls_protocol

    @property
    def _left_while_waiting(self) -> bool:
        return self._pausing and not self.wire.pending

    def _cb_client_connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.wire = WireReader(reader, self.tape, self.ledger.command, self._reset_timeout)
        super()._cb_client_connected(self.wire, writer)  # type: ignore[arg-type]

    def _timeout_cb(self) -> None:
        if self.transport is not None and not self.gone:
            self.tape.note("The client has been silent for too long.")
            self._writer.write(b"421 4.4.2 Silent for too long, closing the connection\r\n")
            self.transport.close()

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
        self._reset_timeout(seconds + self._timeout_duration)  # it is we who are silent
        self._pausing = True
        try:
            await asyncio.sleep(seconds)
        finally:
            self._pausing = False

    def pace_of(self, head: bytes) -> float:
        """The seconds that each byte of a mail takes to be read, as a throttle at `data` wants."""
        if not self.hooks.troubles.faults.are_waiting:
            return 0.0
        visit = self.hooks.reading(self, subject_of(head))
        trouble = self.hooks.troubles.next(visit, self.ledger.peer)
        if trouble is None:
            return 0.0
        speed = f"The mail is read at {1 / trouble.seconds:g} bytes a second."
        self.tape.note(speed, trouble.label)
        self._trouble = trouble
        self._narrow()
        return trouble.seconds

    def _narrow(self) -> None:
        """Let the kernel take little in advance: else it would, and the client notice nothing."""
        line = self._writer.get_extra_info("socket")
        if line is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _NARROW)

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
        if self.gone:
            self._withhold(reply, label)
        else:
            await self._answer(reply, trouble)
        if reply.startswith("421"):
            self.hang_up()

    async def _answer(self, reply: str, trouble: Trouble | None) -> None:
        label = trouble.label if trouble else None
        self.tape.server(reply, label)
        self.hooks.counts.replied(self.wire.verb or "connect", reply, injected=trouble is not None)
        self.ledger.replied(self.wire.verb, reply, label, final=self._final)
        try:
            if trouble is not None and trouble.action == "throttle":
                await drip(self._writer, reply, trouble.seconds)
            else:
                await super().push(reply)
        except ConnectionError:
            self.gone = True  # what it said before it left is still done

    def _withhold(self, reply: str, label: str | None) -> None:
        """Record an answer that nobody is there to hear: what is kept is not acknowledged."""
        self.tape.note(f"The client has left; it would have been told: {reply}", label)
        self.ledger.replied(self.wire.verb, reply, label, final=False)
        if self._final:
            self.ledger.close()
