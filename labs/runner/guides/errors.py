"""Failures of a guide, each with the file and line that says what could not be done."""

from kit_commands.errors import KitError
from kit_commands.voice import Text


class GuideWrong(KitError):
    """A guide or a list of mistakes cannot be understood or carried out; names file and line."""


class AnchorMissed(GuideWrong):
    """The text to be changed does not stand exactly once in the file; nothing was changed."""


class CommandFailed(GuideWrong):
    """A command of a guide ended with an error; its last words are in the sentence."""


UNREADABLE = Text(
    en="{guide}, line {line}: {what}.",
    es="{guide}, línea {line}: {what}.",
)
MISSED = Text(
    en="{guide}, line {line}: this text stands {times} times in {file} instead of once:\n{anchor}",
    es="{guide}, línea {line}: este texto aparece {times} veces en {file} y no una:\n{anchor}",
)
NO_FILE = Text(
    en="{guide}, line {line}: there is no {file} to change.",
    es="{guide}, línea {line}: no existe {file}, que había que cambiar.",
)
FAILED = Text(
    en="{guide}, line {line}: “{command}” ended with an error:\n{output}",
    es="{guide}, línea {line}: «{command}» terminó con un error:\n{output}",
)
NOT_EMPTY = Text(
    en="{folder} is not empty; a solution is only built into an empty folder.",
    es="{folder} no está vacía; una solución solo se construye en una carpeta vacía.",
)
