"""Failures that end a command with one sentence, named by what the reader does next.

KitError             never raised itself
├── WrongCommand     type the command differently
└── MachineNotReady  change something on this machine, then repeat the same command
"""

from kit_commands.voice import Text


class KitError(Exception):
    """A sentence for the user, in both languages, instead of a traceback."""

    def __init__(self, text: Text, **fields: object) -> None:
        super().__init__(text.en.format_map(fields))
        self.text = text
        self.fields = fields


class WrongCommand(KitError):
    """The command cannot be understood or its options contradict each other."""


class MachineNotReady(KitError):
    """The command is right, and this machine is not ready for it yet."""
