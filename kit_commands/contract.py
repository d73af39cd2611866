"""`kit.py contract`: hold a running service to the contract with the tests of tests/contract.

Those tests read where the service is from the environment: CONTRACT_URL and CONTRACT_KEY, a
service key. Without CONTRACT_URL they start the kit's own service.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from kit_commands.handover import hand_over
from kit_commands.help import kit_command
from kit_commands.test import ROOT, folders_of
from kit_commands.voice import Text, Voice

URL_HELP = Text(
    en="address of a running service, such as http://127.0.0.1:8002 (else one is started)",
    es="dirección de un servicio en marcha, como http://127.0.0.1:8002 (si no, se arranca uno)",
)
KEY_HELP = Text(
    en="a service key of that service (else the one in var/service.key)",
    es="una clave de ese servicio (si no, la de var/service.key)",
)


def main(arguments: Sequence[str], voice: Voice) -> int:
    """Read `--url` and `--key`; leave the rest to pytest."""
    parser = argparse.ArgumentParser(prog=f"{kit_command()} contract", allow_abbrev=False)
    parser.add_argument("--url", help=voice.phrase(URL_HELP))
    parser.add_argument("--key", help=voice.phrase(KEY_HELP))
    chosen, options = parser.parse_known_args(arguments)
    return hold_to_contract(chosen.url, key=chosen.key, options=options)


def hold_to_contract(url: str | None, *, key: str | None, options: Sequence[str]) -> int:
    """Become the contract's pytest run against `url`, or against a service of its own."""
    os.chdir(ROOT)
    environ = dict(os.environ)
    if url is not None:
        environ |= {"CONTRACT_URL": url, "CONTRACT_KEY": key or _key_of_up(ROOT / "var")}
    command = [sys.executable, "-m", "pytest", "-p", "kit_commands.programs", *options]
    return hand_over([*command, *folders_of("contract")], environ)


def _key_of_up(folder: Path) -> str:
    """The key that `kit.py up` left in its folder, empty if it never ran."""
    path = folder / "service.key"
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""
