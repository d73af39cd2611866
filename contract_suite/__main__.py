"""`python -m contract_suite --url URL [--key KEY]`."""

import argparse
import os
import sys

from contract_suite.suite import ROOT, hold


def main() -> int:
    """Read the command line, leave the rest to Schemathesis; the suite's exit code."""
    parser = argparse.ArgumentParser(prog="python -m contract_suite", allow_abbrev=False)
    parser.add_argument("--url", required=True, help="a running service: http://127.0.0.1:8002")
    parser.add_argument("--key", help="a service key (else CONTRACT_KEY, else var/service.key)")
    asked, options = parser.parse_known_args()
    return hold(asked.url, asked.key or _known_key(), options=options)


def _known_key() -> str:
    """The key in the environment, or the one that `kit.py up` made."""
    path = ROOT / "var" / "service.key"
    made = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
    return os.environ.get("CONTRACT_KEY") or made


if __name__ == "__main__":
    sys.exit(main())
