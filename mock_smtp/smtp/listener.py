"""Opening the SMTP doors."""

import asyncio
import socket
import ssl
from collections.abc import Callable

from mock_smtp.settings import Settings
from mock_smtp.smtp.hooks import Hooks
from mock_smtp.smtp.logins import Logins
from mock_smtp.smtp.session import Conversation

Conversations = Callable[[], Conversation]


async def listen(
    door: socket.socket, conversation: Conversations, *, tls: ssl.SSLContext | None = None
) -> asyncio.Server:
    """Answer SMTP on a bound socket until the returned server is closed; `tls` from the start."""
    return await asyncio.get_running_loop().create_server(conversation, sock=door, ssl=tls)


def conversations(
    hooks: Hooks, settings: Settings, logins: Logins, tls: ssl.SSLContext | None
) -> Conversations:
    """What begins a conversation for every client; STARTTLS is offered where there is a context."""
    loop = asyncio.get_running_loop()

    def begin() -> Conversation:
        return Conversation(
            hooks,
            # A name of our own: looking one up can take seconds per connection.
            hostname=settings.hostname,
            ident="ESMTP mock_smtp",
            data_size_limit=settings.max_size,
            timeout=settings.idle_seconds,
            authenticator=logins,
            tls_context=tls,
            loop=loop,
        )

    return begin
