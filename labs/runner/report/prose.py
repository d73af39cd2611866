"""Sentences laid out for a terminal: wrapped, with `code` kept together and in colour."""

import re
import textwrap

from kit_commands.voice import Voice

_CODE = re.compile(r"`([^`\n]+)`")
_GLUE = "\x00"
"""Stands for a blank inside code while lines are wrapped."""


def wrapped(voice: Voice, text: str, width: int) -> list[str]:
    """The lines of a text; code loses its backticks where a colour shows it."""
    glued = _CODE.sub(lambda match: match[0].replace(" ", _GLUE), text)
    lines = [
        line
        for paragraph in glued.strip().split("\n")
        for line in textwrap.wrap(paragraph, width, break_on_hyphens=False) or [""]
    ]
    return [painted(voice, line.replace(_GLUE, " ")) for line in lines]


def painted(voice: Voice, line: str) -> str:
    """One line with its code in colour, or as it is where there are no colours."""
    if not voice.colour:
        return line
    return _CODE.sub(lambda match: voice.paint(match[1], "cyan"), line)
