"""The table of verbs: add a row here and a module beside it, and `kit.py` knows a new word."""

import difflib
from dataclasses import dataclass

from kit_commands.errors import WrongCommand
from kit_commands.voice import Text

UNKNOWN = Text(
    en="There is no verb “{word}”{nearest}. The verbs are: {verbs}.",
    es="No existe el verbo «{word}»{nearest}. Los verbos son: {verbs}.",
)


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One thing the kit does; `module` under kit_commands holds `main(arguments, voice) -> int`."""

    module: str
    english: str
    spanish: str
    promise: Text


VERBS = (
    Verb(
        module="up",
        english="up",
        spanish="levantar",
        promise=Text(
            en="start the service, its dispatcher and the inbox",
            es="arranca el servicio, su repartidor y el buzón",
        ),
    ),
    Verb(
        module="test",
        english="test",
        spanish="probar",
        promise=Text(
            en="run the tests; also: test faults, browser, compose, labs, all",
            es="ejecuta las pruebas; también: probar faults, browser, compose, labs, all",
        ),
    ),
    Verb(
        module="contract",
        english="contract",
        spanish="contrato",
        promise=Text(
            en="hold a running service to the contract (--url)",
            es="comprueba el contrato contra un servicio en marcha (--url)",
        ),
    ),
)


def verb_named(word: str, verbs: tuple[Verb, ...] = VERBS) -> Verb:
    """The verb of that name in either language; WrongCommand names the nearest one and all."""
    by_name = {name: verb for verb in verbs for name in (verb.english, verb.spanish)}
    if word in by_name:
        return by_name[word]
    near = difflib.get_close_matches(word, by_name, n=1)
    raise WrongCommand(
        UNKNOWN,
        word=word,
        nearest=f" → {near[0]}?" if near else "",
        verbs=", ".join(verb.english for verb in verbs),
    )
