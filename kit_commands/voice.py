"""Everything the kit says: two languages, colour only where it is wanted, never a broken line."""

import codecs
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TextIO

PLAIN = str.maketrans(
    {"✓": "OK", "✗": "X", "→": "->", "↳": ">", "…": "...", "·": "-", "×": "x", "−": "-", "—": "-"}
    | {"–": "-", "“": '"', "”": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "▸": ">", "│": "|"}
)
"""What is said instead where a code page has no such mark."""
COLOURS = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36"}


@dataclass(frozen=True)
class Text:
    """One sentence in both languages; `{fields}` are filled when it is spoken."""

    en: str
    es: str


class Voice:
    """Speaks one language on one stream, whole lines at a time, from any thread."""

    def __init__(self, language: str, stream: TextIO, *, colour: bool = False) -> None:
        self.language = language
        self.colour = colour
        self._stream = stream
        self._deaf = False
        self._turn = threading.Lock()

    @property
    def on_terminal(self) -> bool:
        """Whether a person watches, so that a line may be rewritten in place."""
        return not self._deaf and self._stream.isatty()

    def phrase(self, text: Text, **fields: object) -> str:
        """`text` in this voice's language with its fields filled."""
        chosen = text.es if self.language == "es" else text.en
        return chosen.format_map(fields)

    def say(self, text: Text, **fields: object) -> None:
        """Speak one text as a line of its own."""
        self.line(self.phrase(text, **fields))

    def line(self, line: str) -> None:
        """Write one line as it is."""
        self.write(line + "\n")

    def write(self, characters: str) -> None:
        """Write and show at once; a terminal that was closed is no reason to stop."""
        with self._turn:
            if self._deaf:
                return
            try:
                self._stream.write(characters)
                self._stream.flush()
            except (OSError, ValueError):
                self._deaf = True

    def paint(self, words: str, colour: str) -> str:
        """`words` in `colour` where colours are wanted, else untouched."""
        return f"\x1b[{COLOURS[colour]}m{words}\x1b[0m" if self.colour else words


def voice_for(language: str, stream: TextIO, environ: Mapping[str, str]) -> Voice:
    """A voice on `stream`: plain words off a terminal and with `NO_COLOR`, ASCII for lost marks."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        codecs.register_error("kit-plain", _plainly)
        reconfigure(errors="kit-plain")
    plain = environ.get("NO_COLOR") or environ.get("TERM") == "dumb"
    return Voice(language, stream, colour=stream.isatty() and not plain)


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """What stands for letters that a code page lacks: a mark's plain form, `?` for the rest."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    said = lost.translate(PLAIN)
    return "".join(one if one.isascii() else "?" for one in said), error.end


def language_of(environ: Mapping[str, str]) -> str:
    """`es` or `en`, as the locale variables say, else as Windows shows its own menus."""
    spoken = (environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    first = next((value for value in spoken if value), None)
    if first is None and sys.platform == "win32":
        return _language_of_windows()
    return "es" if first is not None and first.lower().startswith("es") else "en"


def split_language(arguments: Iterable[str]) -> tuple[str | None, list[str]]:
    """The value of `--lang` wherever it stands, and the arguments without it."""
    chosen, rest, words = None, [], iter(arguments)
    for word in words:
        if word == "--lang":
            chosen = next(words, "")
        elif word.startswith("--lang="):
            chosen = word.removeprefix("--lang=")
        else:
            rest.append(word)
    return chosen, rest


if sys.platform == "win32":

    def _language_of_windows() -> str:
        import ctypes

        spanish, primary = 0x0A, 0x3FF
        menus = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return "es" if menus & primary == spanish else "en"
