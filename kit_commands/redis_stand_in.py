"""`python redis_stand_in.py PORT`: fakeredis on a loopback port, until it is ended."""

import sys


def main(port: int) -> None:
    """Serve; what is kept is gone at the end."""
    # Imported late: whoever has a Redis does not need it installed.
    from fakeredis import TcpFakeServer

    TcpFakeServer.allow_reuse_address = True
    TcpFakeServer(("127.0.0.1", port), server_type="redis").serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
