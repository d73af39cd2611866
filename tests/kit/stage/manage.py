"""A stand-in for Django's command line: migrates nothing, delivers nothing, stops politely."""

import os
import signal
import sys
import time


def main(command: str) -> None:
    """`migrate` ends as FAIL_MIGRATION says; `deliver` waits for SIGTERM."""
    if command == "migrate":
        sys.exit(os.environ.get("FAIL_MIGRATION"))
    sys.stdout.write(f"delivering by {os.environ['EMAIL_TRANSPORT']}\n")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1])
