"""One SMTP session that takes mails, one after another."""

import asyncio
import re
from math import inf
from time import monotonic

from email_service.transports.base import Connection, Guard, nothing_to_check
from email_service.transports.outcomes import Delivery, Envelope, Phase, Reply, Verdict
from email_service.transports.smtp.replies import answered, refusal_in
from email_service.transports.smtp.wire import Broken, Wire, encoded

# A session that rested longer than this is asked whether it still lives before it gets a mail.
_RESTED = 5.0
_CLOSING = 421
_PHASES = {"MAIL": Phase.MAIL, "RCPT": Phase.RCPT, "DATA": Phase.DATA}
# The end of a message, most often all of it, leaves in one piece with the final dot.
_LAST_PIECE = 16_384


class SMTPConnection(Connection):
    """A session past EHLO (and AUTH). After any failure that leaves it in doubt, it is dead."""

    def __init__(
        self, wire: Wire, features: frozenset[str], *, reply_timeout: float, deadline: float
    ) -> None:
        self._wire = wire
        self._features = features
        self._reply_timeout = reply_timeout
        self._deadline = deadline
        self._phase = Phase.MAIL
        self._used_at = monotonic()
        self._following: Envelope | None = None
        self._introduced: Envelope | None = None
        self._sending = False
        self._spent = False

    def announce(self, following: Envelope) -> None:
        """Where the server pipelines, this mail's MAIL, RCPT and DATA leave behind the next dot.

        (RFC 2920 3.1 allows exactly that.) Nothing but this mail may be sent after that one.
        """
        self._following = following if "PIPELINING" in self._features else None

    def withdraw(self) -> None:
        """Another mail comes, or none. A server that waits for the announced one is left.

        While a mail is being sent, that happens once its outcome is known.
        """
        self._following = None
        self._spent = self._introduced is not None
        if self._spent and not self._sending:
            self._wire.abort()

    async def usable(self) -> bool:
        """Whether the session lives; after a rest, the server is asked."""
        if self._wire.dead:
            return False
        if monotonic() - self._used_at < _RESTED:
            return True
        # In the middle of a transaction nothing can be asked.
        return not self._introduced and await self._answers("NOOP")

    async def send(
        self, envelope: Envelope, content: bytes, guard: Guard = nothing_to_check
    ) -> Delivery:
        """Send one mail; a break before the final dot is safe, one after it is uncertain."""
        self._phase = Phase.MAIL
        self._sending = True
        self._wire.ends_at = asyncio.get_running_loop().time() + self._deadline
        try:
            delivery = await self._transaction(envelope, content, guard)
        except (Broken, OSError) as error:
            delivery = self._broken_off(error)
        except ValueError as error:
            delivery = Delivery(verdict=Verdict.PERMANENT, phase=Phase.MAIL, error=str(error))
        except BaseException:
            self._wire.abort()
            raise
        finally:
            self._sending = False
            # An announcement that did not leave behind this dot is over: what is sent next
            # says itself who it is for.
            self._following = None
            self._wire.ends_at = inf
        if self._spent:
            self._wire.abort()
        self._used_at = monotonic()
        return delivery

    async def close(self) -> None:
        """QUIT, without waiting long for the answer."""
        if not self._wire.dead and not self._introduced:
            await self._answers("QUIT")
        self._wire.abort()

    async def _transaction(self, envelope: Envelope, content: bytes, guard: Guard) -> Delivery:
        """MAIL, RCPT and DATA, then the message, if anybody may have it."""
        sender, recipients, data = await self._introduce(envelope)
        refusal = refusal_in(sender, recipients, data)
        if refusal:
            await self._recover(refusal, data)
            return refusal
        self._phase = Phase.DATA
        message = _stuffed(content)
        if len(message) > _LAST_PIECE:
            self._wire.write(message[:-_LAST_PIECE])
        await self._wire.flush()
        guard()
        self._phase = Phase.DOT
        self._wire.write(message[-_LAST_PIECE:] + b".\r\n" + self._next_introduction())
        return await self._close_of(recipients)

    async def _introduce(self, envelope: Envelope) -> tuple[Reply, dict[str, Reply], Reply]:
        """The replies to MAIL, to each RCPT and to DATA; in one round trip where offered."""
        replies = await self._ask_all(_introduction(envelope), said=self._was_introduced(envelope))
        return replies[0], dict(zip(envelope.recipients, replies[1:-1], strict=True)), replies[-1]

    def _next_introduction(self) -> bytes:
        """What may leave behind the dot: the introduction of the mail that was announced."""
        following, self._following = self._following, None
        if following is None:
            return b""
        try:
            commands = encoded(_introduction(following))
        except ValueError:
            return b""  # an address that SMTP cannot carry: that mail's own turn will say so
        self._introduced = following
        return commands

    def _was_introduced(self, envelope: Envelope) -> bool:
        """Whether the server knows already who this mail is from and for.

        Raises Broken if it knows that of another mail: it would give those people this one.
        """
        introduced, self._introduced = self._introduced, None
        if introduced not in (None, envelope):
            raise Broken("the server waits for another mail")
        return introduced is not None

    async def _ask_all(self, lines: list[str], *, said: bool) -> list[Reply]:
        """Each line's reply, in order (RFC 2920); after a 421 nobody is asked any further.

        Nothing is asked that was `said` before. Raises ValueError, nothing said yet, for an
        address that SMTP cannot carry.
        """
        commands = b"" if said else encoded(lines)
        at_once = "PIPELINING" in self._features
        if at_once and commands:
            self._wire.write(commands)
        replies: list[Reply] = []
        for line in lines:
            if not at_once:
                self._wire.say(line)
            self._phase = _PHASES[line[:4]]
            replies.append(await self._wire.reply())
            if replies[-1].code == _CLOSING:
                break
        return replies + replies[-1:] * (len(lines) - len(replies))

    async def _close_of(self, recipients: dict[str, Reply]) -> Delivery:
        """What the server says to the final dot."""
        reply = await self._wire.reply(self._reply_timeout)
        if reply.code == _CLOSING or reply.verdict == Verdict.PROTOCOL:
            self._wire.abort()
        if reply.verdict != Verdict.SENT:
            return Delivery(verdict=reply.verdict, phase=Phase.DOT, reply=reply)
        return Delivery(
            verdict=Verdict.SENT,
            phase=Phase.DOT,
            reply=reply,
            refused=answered(recipients, Verdict.PERMANENT, Verdict.PROTOCOL),
            deferred=answered(recipients, Verdict.TRANSIENT),
        )

    async def _recover(self, refusal: Delivery, data: Reply) -> None:
        """Bring the session back to where it may take another mail, or drop it.

        After a 354 the server waits for a message (it may say so though nobody was accepted,
        RFC 2920 3.1): only closing the line takes DATA back.
        """
        beyond = data.code in (354, _CLOSING) or refusal.verdict == Verdict.PROTOCOL
        if beyond or not await self._answers("RSET"):
            self._wire.abort()

    async def _answers(self, line: str) -> bool:
        """Whether the server still says 2xx to `line`."""
        try:
            return (await self._wire.ask(line)).verdict == Verdict.SENT
        except (Broken, OSError):
            return False

    def _broken_off(self, error: Exception) -> Delivery:
        """The line broke: uncertain if the whole message was out, else nothing arrived."""
        self._wire.abort()
        uncertain = self._phase == Phase.DOT
        return Delivery(
            verdict=Verdict.UNCERTAIN if uncertain else Verdict.TRANSIENT,
            phase=self._phase,
            error=str(error) or "no reply in time",
        )


def _introduction(envelope: Envelope) -> list[str]:
    """The commands before a message."""
    rcpts = [f"RCPT TO:<{address}>" for address in envelope.recipients]
    return [f"MAIL FROM:<{envelope.sender}>", *rcpts, "DATA"]


def _stuffed(content: bytes) -> bytes:
    """The message as DATA takes it: lines that begin with a dot get a second one."""
    ended = content if content.endswith(b"\r\n") else content + b"\r\n"
    if b"\n." not in ended and not ended.startswith(b"."):
        return ended
    return re.sub(rb"^\.", b"..", ended, flags=re.MULTILINE)
