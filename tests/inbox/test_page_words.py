"""The words of the page: the same in both languages, each in use, sentences of the tape too."""

import json
from pathlib import Path

import mock_smtp.page as page
from mock_smtp.page.texts import texts_in

I18N = Path(page.__file__).parent / "i18n"


def test_both_languages_have_the_same_words() -> None:
    """English and Spanish have the same keys and the same places to fill in."""
    english, spanish = (
        json.loads((I18N / f"{name}.json").read_text("utf-8")) for name in ("en", "es")
    )
    assert list(english) == list(spanish)
    for key in english:
        assert english[key].count("{") == spanish[key].count("{"), key


def test_every_word_is_used() -> None:
    """No text lies about that no page shows any more; keys made of two parts count by their first.

    The other way round, a key without a text raises KeyError on the page.
    """
    code = "".join(path.read_text("utf-8") for path in Path(page.__file__).parent.glob("*.py"))
    for key in json.loads((I18N / "en.json").read_text("utf-8")):
        firsts = [key[: at + 1] for at, letter in enumerate(key) if letter == "."]
        made = any(f'"{first}{{' in code or f'"{first}"' in code for first in firsts)
        assert f'"{key}"' in code or made, key


def test_sentences_kept_in_english_are_told_in_spanish() -> None:
    """What the tape and the flaws say in English has a Spanish form with its facts in place."""
    assert texts_in("es").said("A mail of 12 bytes.") == "Un correo de 12 bytes."
    assert texts_in("es").said("policy greylisting") == "política greylisting"
    assert texts_in("en").said("unheard of") == "unheard of"
