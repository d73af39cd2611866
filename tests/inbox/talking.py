"""Speaking SMTP by the byte: say it all at once, hear every reply."""

import socket

from mock_smtp.testing import StartedInbox

START = b"EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n"


def talk(inbox: StartedInbox, said: bytes) -> list[bytes]:
    """Say everything at once, then QUIT; the lines of all replies."""
    with socket.create_connection(("127.0.0.1", inbox.smtp_port), timeout=10) as line:
        line.sendall(said + b"QUIT\r\n")
        heard = b""
        while chunk := line.recv(65536):
            heard += chunk
    return heard.splitlines()


def replies(inbox: StartedInbox, said: bytes) -> list[int]:
    """The codes of all replies between the greeting and the goodbye."""
    lines = [line for line in talk(inbox, said) if line[3:4] == b" "]
    return [int(line[:3]) for line in lines[1:-1]]


def codes(inbox: StartedInbox, said: bytes) -> list[int]:
    """The codes of all replies but the greeting, EHLO's answer and the goodbye."""
    return replies(inbox, said)[1:]
