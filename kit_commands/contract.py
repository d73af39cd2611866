"""`kit.py contract`: hold a running service to the contract, in words for whoever wrote it.

Without `--url` the tests of tests/contract start the kit's own service and hold that one to it.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from contract_suite.following import Run
from contract_suite.suite import answers
from kit_commands.contract_report import Report
from kit_commands.errors import MachineNotReady
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
NOBODY = Text(
    en="Nothing answers at {url}/livez: start the service, then run this again.",
    es="Nadie responde en {url}/livez: arranca el servicio y vuelve a ejecutar esto.",
)
BEGINS = Text(
    en="Holding {url} to openapi.yaml: some minutes, the same requests every time.",
    es="Comparando {url} con openapi.yaml: unos minutos, siempre con las mismas peticiones.",
)


def main(arguments: Sequence[str], voice: Voice) -> int:
    """Read `--url` and `--key`; leave the rest to Schemathesis, or to pytest without a URL."""
    parser = argparse.ArgumentParser(prog=f"{kit_command()} contract", allow_abbrev=False)
    parser.add_argument("--url", help=voice.phrase(URL_HELP))
    parser.add_argument("--key", help=voice.phrase(KEY_HELP))
    chosen, options = parser.parse_known_args(arguments)
    if chosen.url is None:
        return _hold_our_own(options)
    return hold_to_contract(chosen.url.rstrip("/"), voice, key=chosen.key, options=options)


def hold_to_contract(url: str, voice: Voice, *, key: str | None, options: Sequence[str]) -> int:
    """0 when the service at `url` keeps openapi.yaml, 1 when not, 2 when that was not seen.

    Raises MachineNotReady if nobody answers there.
    """
    if not answers(url):
        raise MachineNotReady(NOBODY, url=url)
    voice.say(BEGINS, url=url)
    var = ROOT / "var"
    run = Run(url=url, key=key or _key_of_up(var), folder=var / "contract", options=options)
    report = Report(voice)
    for tested in run.follow():
        report.add(tested)
    return report.close(run)


def _hold_our_own(options: Sequence[str]) -> int:
    """Become the contract's pytest run against a service of its own."""
    os.chdir(ROOT)
    command = [sys.executable, "-m", "pytest", "-p", "kit_commands.programs", *options]
    return hand_over([*command, *folders_of("contract")], dict(os.environ))


def _key_of_up(folder: Path) -> str:
    """The key that `kit.py up` left in its folder, empty if it never ran."""
    path = folder / "service.key"
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""
