"""One run of Schemathesis over openapi.yaml, with a verdict that anybody can read."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent

KEPT, BROKEN, NOT_REACHED = 0, 1, 2


def hold(url: str, key: str, *, options: Sequence[str] = ()) -> int:
    """Hold the service at `url` to openapi.yaml: 0 kept, 1 broken, 2 not reached.

    `key` is one of its service keys, `options` are further ones of `schemathesis run`. The
    findings go to standard output, each with the curl command that repeats it.
    """
    address = url.rstrip("/")
    if not answers(address):
        _say(f"Nothing answers at {address}/livez: start the service, then run this again.")
        return NOT_REACHED
    _say(f"Holding {address} to openapi.yaml: some minutes, the same requests every time.")
    command = [sys.executable, "-m", "schemathesis.cli", "run", "openapi.yaml", "--url", address]
    environ = {**os.environ, "CONTRACT_KEY": key, "PYTHONUTF8": "1"}
    # The words are ours, and no shell reads them.
    run = subprocess.run([*command, *options], cwd=ROOT, env=environ, check=False)  # noqa: S603
    code = run.returncode
    _say(_VERDICTS.get(code, "The suite itself could not run: what it said is above."))
    return code if code in _VERDICTS else NOT_REACHED


_VERDICTS = {
    KEPT: "The contract is kept: every answer was one that openapi.yaml describes.",
    BROKEN: "The contract is broken: each finding above ends with the curl that repeats it.",
}


def answers(address: str) -> bool:
    """Whether somebody speaks HTTP there."""
    try:
        urlopen(f"{address}/livez", timeout=10).close()  # noqa: S310 - the address is the user's
    except URLError as refusal:
        return hasattr(refusal, "code")
    except (OSError, ValueError):
        return False
    return True


def _say(sentence: str) -> None:
    """One line for the reader, in order with what the suite writes."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
