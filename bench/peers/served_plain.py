"""`python -m bench.peers.served_plain --port 1234`: the plain view, served as the service is."""

import argparse

from bench.peers.plain_view import application
from email_service.serve import run
from email_service.web.server import listen


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    run(application, listen("127.0.0.1", parser.parse_args().port), any_core=False)


if __name__ == "__main__":
    main()
