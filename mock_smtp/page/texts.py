"""The page's words in the reader's language."""

import json
import re
from functools import cache
from pathlib import Path

from starlette.requests import Request

LANGUAGES = ("en", "es")
_FOLDER = Path(__file__).parent / "i18n"


class Texts:
    """The words of one language; a missing key is a mistake of ours and raises KeyError."""

    def __init__(self, language: str, words: dict[str, str]) -> None:
        self.language = language
        self._words = words

    def __call__(self, key: str, **facts: object) -> str:
        """The sentence of a key, facts filled in."""
        return self._words[key].format(**facts)

    def has(self, key: str) -> bool:
        """Whether there is a sentence for a key."""
        return key in self._words

    def said(self, sentence: str) -> str:
        """A sentence that the inbox keeps in English, in this language where it is known."""
        for pattern, words in _sentences():
            if match := pattern.fullmatch(sentence):
                return words[self.language].format(*match.groups())
        return sentence


@cache
def texts_in(language: str) -> Texts:
    """The words of a language that is in `LANGUAGES`."""
    words = json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))
    return Texts(language, words)


def texts_for(request: Request) -> Texts:
    """The words for a reader: `?lang=`, else the cookie, else what the browser prefers."""
    asked = request.query_params.get("lang") or request.cookies.get("lang") or ""
    if asked in LANGUAGES:
        return texts_in(asked)
    wanted = (part.strip()[:2].lower() for part in _preferences(request))
    return texts_in(next((language for language in wanted if language in LANGUAGES), "en"))


def _preferences(request: Request) -> list[str]:
    return request.headers.get("accept-language", "").split(",")


@cache
def _sentences() -> list[tuple[re.Pattern[str], dict[str, str]]]:
    """Every known sentence: a pattern of its English form, and its forms with places to fill."""
    known = json.loads((_FOLDER / "sentences.json").read_text("utf-8"))
    return [(re.compile(re.escape(words["en"]).replace(r"\{\}", "(.+)")), words) for words in known]
