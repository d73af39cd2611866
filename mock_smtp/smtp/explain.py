"""What a reply code means and what a client should do about it, in the reader's language."""

import json
from functools import cache
from pathlib import Path


def explained(reply: str, language: str = "en") -> str | None:
    """The meaning of a reply; None for text that is none, and for all but a reply's last line."""
    code = reply[:3]
    if not code.isdigit() or reply[3:4] == "-":
        return None
    meanings = _meanings()
    meaning = meanings.get(code) or meanings.get(f"{code[0]}xx")
    return meaning[language] if meaning else None


@cache
def _meanings() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_suffix(".json").read_text("utf-8")
    meanings: dict[str, dict[str, str]] = json.loads(text)
    return meanings
