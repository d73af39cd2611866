"""This machine: how slow it is, and a free port."""

import os
import socket
import subprocess
import sys
from time import monotonic

BARE_START = 0.06
"""Seconds that a bare Python start takes where every limit holds as written."""
SLOWEST = 4.0


def measure_factor() -> float:
    """What every limit is multiplied by here: 1 to 4, from the best of two bare Python starts."""
    return min(SLOWEST, max(1.0, min(_bare_start(), _bare_start()) / BARE_START))


def free_port() -> int:
    """A loopback port that nobody listens on now, in either family."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port: int = server.getsockname()[1]
            if not _taken_on_ipv6(port):
                return port


def accepts(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something accepts connections there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def _bare_start() -> float:
    begun = monotonic()
    subprocess.run([sys.executable, "-I", "-S", "-c", ""], check=False, env=dict(os.environ))
    return monotonic() - begun


def _taken_on_ipv6(port: int) -> bool:
    try:
        return accepts(port, "::1")
    except OSError:
        return False
