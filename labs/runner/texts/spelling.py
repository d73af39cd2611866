"""Spanish held to hunspell's dictionaries and the project's own list."""

import re
import subprocess
from pathlib import Path

from labs.runner.texts.contract import LABS
from labs.runner.texts.markdown import Text

DICTIONARIES = ("es_MX", "es_ES")
"""A word known to either is right; Debian has both in hunspell-es."""

_WORD = re.compile(r"(?<!\w)[^\W\d_]{2,}(?!\w)")
_BRIEF = re.compile(r"enunciado: «[^»]*»")
"""The brief's own sentences, in the tables: quoted as they are."""


def misspelt(text: Text, program: str, labs: Path = LABS) -> list[str]:
    """The words that no dictionary knows, each with the lines where it stands."""
    lines: dict[str, list[int]] = {}
    for number, line in text.prose:
        for word in _WORD.findall(_BRIEF.sub(" ", line)):
            lines.setdefault(word, []).append(number)
    ours = own_words(labs)
    unknown = {word for word in lines if not {word, word.lower()} & ours}
    for dictionary in DICTIONARIES:
        unknown = _unknown_to(dictionary, unknown, program)
    return [f"{text.path}:{lines[word][0]}: {word}" for word in sorted(unknown)]


def own_words(labs: Path = LABS) -> set[str]:
    """The project's list: a word per line, # begins a comment."""
    listed = (labs / "spelling.es.txt").read_text(encoding="utf-8").splitlines()
    return {line.partition("#")[0].strip() for line in listed} - {""}


def _unknown_to(dictionary: str, words: set[str], program: str) -> set[str]:
    """Those words that the dictionary does not know."""
    if not words:
        return set()
    ran = subprocess.run(  # noqa: S603 - the spell checker, on our own words
        [program, "-d", dictionary, "-i", "utf-8", "-l"],
        input="\n".join(sorted(words)),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return words & set(ran.stdout.split())
