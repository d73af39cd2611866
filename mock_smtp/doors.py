"""Binding the ports, so that a taken one is noticed before anything else happens."""

import os
import socket

from mock_smtp.errors import StartError


def bind(host: str, port: int, option: str) -> socket.socket:
    """A bound socket on a port, 0 for a free one; raises StartError if it cannot be had."""
    family, _, _, _, address = _resolved(host, port, option)[0]
    door = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            # On Windows this option would let two servers share the port silently.
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
        door.listen(512)
    except OSError as error:
        door.close()
        raise StartError(_sentence(host, port, option, error)) from error
    door.setblocking(False)
    return door


def port_of(door: socket.socket) -> int:
    """The port a socket is bound to."""
    return int(door.getsockname()[1])


def _resolved(
    host: str, port: int, option: str
) -> list[tuple[int, int, int, str, tuple[str, int]]]:
    try:
        return socket.getaddrinfo(  # type: ignore[return-value]
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, OverflowError) as error:
        raise StartError(
            f"{host}:{port} is no address to listen on; give --host an address of this machine"
            f" and {option} a number from 0 to 65535."
        ) from error


def _sentence(host: str, port: int, option: str, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"Port {port} needs more rights; choose one above 1023 with {option}."
    return (
        f"Port {port} on {host} cannot be had ({error.strerror}); stop the program that holds it"
        f" or choose another with {option} (0 takes a free one)."
    )
