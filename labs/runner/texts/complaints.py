"""What is wrong with a text: both languages alike, marks in pairs, one word per concept."""

import re
import tomllib
from functools import cache
from pathlib import Path

from labs.runner.texts.contract import LABS
from labs.runner.texts.markdown import Text, read, without_quotes
from labs.runner.texts.tables import README

_PAIRS = (("¿", "?"), ("¡", "!"))


def pairs_of_texts(labs: Path = LABS) -> list[tuple[Path, Path]]:
    """Every text for students in (Spanish, English): the door and each stage's task."""
    folders = [labs, *sorted(folder for folder in labs.glob("[0-9][0-9]-*") if folder.is_dir())]
    return [(folder / README["es"], folder / README["en"]) for folder in folders]


def unlike(spanish: Path, english: Path) -> list[str]:
    """Where two versions of one text differ in headings or in fenced blocks."""
    es, en = read(spanish), read(english)
    found = []
    levels = [[level for level, _ in text.headings] for text in (es, en)]
    if levels[0] != levels[1]:
        found.append(f"{spanish}: heading levels {levels[0]}, in English {levels[1]}")
    if len(es.blocks) != len(en.blocks):
        found.append(f"{spanish}: {len(es.blocks)} blocks, in English {len(en.blocks)}")
    for number, (ours, theirs) in enumerate(zip(es.blocks, en.blocks, strict=False), 1):
        if ours != theirs:
            found.append(f"{spanish}: block {number} ({ours.info}) is not the English one")
    return found


def lonely_marks(text: Text) -> list[str]:
    """Questions and exclamations that are not opened, or not closed."""
    return [
        f"{text.path}:{number}: {line.count(opening)} {opening} and {line.count(closing)} {closing}"
        for number, line in text.prose
        for opening, closing in _PAIRS
        if line.count(opening) != line.count(closing)
    ]


def other_words(text: Text, language: str, labs: Path = LABS) -> list[str]:
    """Words that the glossary gives up in favour of another."""
    return [
        f"{text.path}:{number}: “{found[0]}”, here it is called “{ours}”"
        for number, line in text.prose
        for pattern, ours in _given_up(labs, language)
        for found in pattern.finditer(without_quotes(line))
    ]


@cache
def _given_up(labs: Path, language: str) -> list[tuple[re.Pattern[str], str]]:
    """Each word given up, as a pattern that finds its plural too, with the one to use."""
    with (labs / "glossary.toml").open("rb") as file:
        concepts = tomllib.load(file)["concept"]
    return [
        (
            re.compile(rf"(?<![\w-]){re.escape(word)}(s|es)?(?![\w-])", re.IGNORECASE),
            concept[language],
        )
        for concept in concepts
        for word in concept[f"not_{language}"]
    ]
