"""The verbs of a conversation: aiosmtpd's state machine with whole mails, TLS and slow logins."""

import re
import ssl
from typing import Any

from aiosmtpd.smtp import syntax

from mock_smtp.smtp.connection import Connection
from mock_smtp.smtp.envelopes import read_path
from mock_smtp.smtp.logins import Logins
from mock_smtp.smtp.wire import TooLargeError

_NO_SIZE = re.compile(r"\s+SIZE=(?![0-9]{1,20}(?:\s|$))\S*", re.IGNORECASE)
_AUTH_PARAMETER = re.compile(r"\s+AUTH=\S*", re.IGNORECASE)


class Conversation(Connection):
    """What is done about each verb that aiosmtpd does not do well enough."""

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Tell address and parameters apart; aiosmtpd reads headers' addresses, slow and lax."""
        address, parameters = read_path(arg)
        if address == "<>" and self.wire.verb != "MAIL":
            return None, None  # the null address sends mail, but receives none
        return address, parameters

    async def check_auth_needed(self, caller_method: str) -> bool:
        """Refuse commands before a login where one is required."""
        if self.hooks.rules.auth_required and not self.session.authenticated:
            await self.push("530 5.7.0 Authentication required")
            return True
        return await super().check_auth_needed(caller_method)

    @syntax("MAIL FROM: <address>", extended=" [SP <mail-parameters>]")
    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Begin a mail; the AUTH parameter of RFC 4954 is taken and means nothing here."""
        if arg:
            # aiosmtpd takes for a number whatever Python calls digits, and any count of them.
            arg = _NO_SIZE.sub(" SIZE=none", _AUTH_PARAMETER.sub("", arg))
        await super().smtp_MAIL(arg)

    @syntax("AUTH <mechanism>")
    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Authenticate, keeping what the client says off the tape."""
        mechanism, space, rest = (arg or "").partition(" ")
        self.tape.masking = True
        try:
            await super().smtp_AUTH(mechanism.upper() + space + rest)
        finally:
            self.tape.masking = False

    async def auth_PLAIN(self, server: Any, args: list[str]) -> Any:  # noqa: N802 - aiosmtpd's name
        """Take name and password in one word, or after an empty challenge."""
        return await self._judged(await super().auth_PLAIN(server, args))

    async def auth_LOGIN(self, server: Any, args: list[str]) -> Any:  # noqa: N802 - aiosmtpd's name
        """Ask for the name and then for the password."""
        return await self._judged(await super().auth_LOGIN(server, args))

    async def _judged(self, claim: Any) -> Any:
        """A login once it is checked: hashing takes its time, so it is done beside the loop."""
        logins = self._authenticator
        return await logins.judge(claim) if isinstance(logins, Logins) else claim

    @property
    def can_encrypt(self) -> bool:
        """Whether STARTTLS may be said now; HELP asks for it by this name."""
        return self.tls_context is not None and not self._tls_protocol

    @syntax("STARTTLS", when="can_encrypt")
    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Encrypt from here on; what was said before is forgotten (RFC 3207)."""
        if arg:
            await self.push("501 5.5.2 Syntax: STARTTLS")
            return
        if self.tls_context is None or self._tls_protocol:
            off, twice = "502 5.5.1 TLS is switched off", "503 5.5.1 TLS is active already"
            await self.push(twice if self._tls_protocol else off)
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
            source = await self.wire.read_mail(self.data_size_limit or 0, self.pace_of)
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
