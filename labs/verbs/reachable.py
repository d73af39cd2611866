"""Whether somebody answers at an address: asked once, before a verb begins."""

import socket
from urllib.parse import urlsplit

from kit_commands.errors import MachineNotReady, WrongCommand
from kit_commands.voice import Text

NOT_A_URL = Text(
    en="“{url}” is no address: give one such as http://127.0.0.1:8002.",
    es="«{url}» no es una dirección: da una como http://127.0.0.1:8002.",
)
NOBODY = Text(
    en="Nobody listens at {host}:{port}: start the service first, or give its address with --url.",
    es="Nadie escucha en {host}:{port}: arranca antes el servicio, o da su dirección con --url.",
)


def require_answer(url: str) -> None:
    """Return if something accepts connections there; else say what to do."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or {"https": 443}.get(parts.scheme, 80)
    except ValueError:
        host, port = None, 0
    if not host or parts.scheme not in {"http", "https"}:
        raise WrongCommand(NOT_A_URL, url=url)
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError:
        raise MachineNotReady(NOBODY, host=host, port=port) from None
