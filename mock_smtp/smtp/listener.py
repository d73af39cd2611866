"""Opening the SMTP door."""

import asyncio
import socket

from mock_smtp.settings import Settings
from mock_smtp.smtp.hooks import Hooks, accept_any
from mock_smtp.smtp.session import Conversation


async def listen(hooks: Hooks, door: socket.socket, *, settings: Settings) -> asyncio.Server:
    """Answer SMTP on a bound socket until the returned server is closed."""
    loop = asyncio.get_running_loop()

    def conversation() -> Conversation:
        return Conversation(
            hooks,
            # A name of our own: looking one up can take seconds per connection.
            hostname=settings.hostname,
            ident="ESMTP mock_smtp",
            data_size_limit=settings.max_size,
            authenticator=accept_any,
            loop=loop,
        )

    return await loop.create_server(conversation, sock=door)
