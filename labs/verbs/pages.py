"""Longer things on a terminal, by rich; off a terminal the same words, plain."""

import io
import shutil
from collections.abc import Callable

from rich.console import Console
from rich.markdown import Markdown
from rich.rule import Rule
from rich.syntax import Syntax
from rich.text import Text as RichText

from kit_commands.voice import Voice
from labs.runner.report.full import Part

WIDEST = 110
"""Columns: code of a guide is seldom wider, and prose that is wider is hard to read."""
_LEXERS = {"json": "json", "http": "http", "shell": "bash", "mail": "email"}


def show_markdown(voice: Voice, text: str) -> None:
    """A Markdown text: laid out on a terminal, as it is written elsewhere."""
    if not voice.on_terminal:
        voice.write(text)
        return
    _paint(voice, lambda console: console.print(Markdown(text, code_theme="ansi_dark")))


def show_part(voice: Voice, part: Part) -> None:
    """One heading with its body."""
    if not voice.on_terminal:
        voice.write(f"== {part.heading}\n\n{part.body}\n\n")
        return
    _paint(voice, lambda console: _print_part(console, part))


def _print_part(console: Console, part: Part) -> None:
    console.print(Rule(part.heading, align="left", style="cyan"))
    lexer = _LEXERS.get(part.kind)
    if lexer and part.kind != "shell":
        console.print(Syntax(part.body, lexer, theme="ansi_dark", word_wrap=True))
    else:
        # A command is not wrapped: it would be copied with the line ends.
        console.print(RichText(part.body), soft_wrap=part.kind == "shell")
    console.print()


def _paint(voice: Voice, show: Callable[[Console], None]) -> None:
    written = io.StringIO()
    console = Console(
        file=written,
        width=min(WIDEST, shutil.get_terminal_size((80, 24)).columns) - 1,
        force_terminal=voice.colour,
        color_system="standard" if voice.colour else None,
        no_color=not voice.colour,
        highlight=False,
        legacy_windows=False,
    )
    show(console)
    voice.write(written.getvalue())
