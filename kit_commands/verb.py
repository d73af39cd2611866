"""What a verb is: a row of the table, in one of its groups."""

from dataclasses import dataclass

from kit_commands.voice import Text

LEARN = Text(en="The course", es="El curso")
BY_HAND = Text(en="To try by hand", es="Para probar a mano")
KIT = Text(en="The kit", es="El kit")


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One thing the kit does; `module`, under kit_commands, holds `main(arguments, voice) -> int`.

    A dotted `module` is a whole path.
    """

    module: str
    english: str
    spanish: str
    promise: Text
    group: Text = KIT

    @property
    def path(self) -> str:
        """The module's whole path."""
        return self.module if "." in self.module else f"kit_commands.{self.module}"


def verb(group: Text, module: str, english: str, spanish: str, promise: Text) -> Verb:
    """One row of the table."""
    return Verb(module=module, english=english, spanish=spanish, promise=promise, group=group)
