"""A stand-in for the web server: answers 200, and says at its start whether SMTP listened."""

import os
import signal
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Yes(BaseHTTPRequestHandler):
    """Everything is fine."""

    def do_GET(self) -> None:
        """200 without a body."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep still."""


def main(host: str, port: int) -> None:
    """Serve until SIGTERM."""
    with socket.socket() as caller:
        smtp = caller.connect_ex(("127.0.0.1", int(os.environ["EMAIL_PORT"])))
    sys.stdout.write("inbox was there\n" if smtp == 0 else "no inbox\n")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ThreadingHTTPServer((host, port), Yes).serve_forever()


if __name__ == "__main__":
    main(sys.argv[2], int(sys.argv[4]))
