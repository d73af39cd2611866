"""The command line: options and environment become settings, outcomes become exit codes."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence

from mock_smtp import __version__
from mock_smtp.errors import StartError
from mock_smtp.inbox import Doors
from mock_smtp.options import OPTIONS, Option, read_settings
from mock_smtp.server import run
from mock_smtp.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run an inbox until it is told to stop; 0 for a clean end, 2 if it could not start."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # aiosmtpd reports every odd client as a warning; the transcript shows that better.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    given = vars(parser().parse_args(arguments))
    try:
        run(read_settings(given, os.environ), announce)
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def announce(doors: Doors) -> None:
    """Say on standard output, as one line of JSON, where the inbox listens."""
    sys.stdout.write(json.dumps({"ready": True, **doors._asdict()}) + "\n")
    sys.stdout.flush()


def parser() -> argparse.ArgumentParser:
    """The parser of every option."""
    made = argparse.ArgumentParser(
        prog="python -m mock_smtp",
        description="An SMTP inbox with a page and an API. Each option can also be given by the"
        " environment variable named behind it.",
    )
    made.add_argument("--version", action="version", version=__version__)
    for option in OPTIONS:
        if option.is_switch:
            made.add_argument(option.flag, help=_help(option), nargs="?", const="true")
        else:
            made.add_argument(option.flag, help=_help(option), metavar="VALUE")
    return made


def _help(option: Option) -> str:
    default = getattr(Settings(), option.name)
    shown = "none" if default in (None, ()) else str(default).lower()
    return f"{option.meaning} [{option.variable}; default: {shown}]"
