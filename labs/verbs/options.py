"""Reading a verb's arguments, with argparse's own words in the reader's language."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from kit_commands.errors import WrongCommand
from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice

USAGE = Text(en="usage: ", es="uso: ")
WORDS = Text(en="what it takes", es="qué acepta")
OPTIONS = Text(en="options", es="opciones")
THIS_HELP = Text(en="show this help", es="muestra esta ayuda")
WRONG = Text(
    en="That is not how “{verb}” is used ({reason}): see {kit} {verb} --help.",
    es="«{verb}» no se usa así ({reason}): mira {kit} {verb} --help.",
)
FOLDER = Text(
    en="folder of the project, with its service.toml (workspace)",
    es="carpeta del proyecto, con su service.toml (workspace)",
)


class Options(argparse.ArgumentParser):
    """A parser for one verb; what cannot be understood is a WrongCommand."""

    def __init__(self, verb: str, promise: Text, voice: Voice) -> None:
        self.verb = verb
        self.voice = voice
        super().__init__(
            prog=f"{kit_command()} {verb}",
            description=voice.phrase(promise),
            allow_abbrev=False,
            add_help=False,
            formatter_class=lambda prog: _Formatter(voice, prog),
        )
        self._positionals.title = voice.phrase(WORDS)
        self._optionals.title = voice.phrase(OPTIONS)
        self.add_argument("-h", "--help", action="help", help=voice.phrase(THIS_HELP))

    def takes(self, *names: str, text: Text, **options: Any) -> None:
        """Add one argument, explained in both languages."""
        self.add_argument(*names, help=self.voice.phrase(text), **options)

    def takes_folder(self, default: Path) -> None:
        """Add `--dir`."""
        self.takes("--dir", text=FOLDER, type=Path, default=default, metavar="PATH")

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The arguments; 0 is left with after `--help`."""
        return self.parse_args(arguments)

    def error(self, message: str) -> NoReturn:
        """One sentence instead of usage and exit."""
        raise WrongCommand(WRONG, verb=self.verb, reason=message, kit=kit_command())

    def _print_message(self, message: str, file: Any = None) -> None:
        if file in {None, sys.stdout}:
            self.voice.write(message)
        else:
            super()._print_message(message, file)


class _Formatter(argparse.HelpFormatter):
    def __init__(self, voice: Voice, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=79)
        self._voice = voice

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: Any = None) -> None:
        super().add_usage(usage, actions, groups, prefix or self._voice.phrase(USAGE))
