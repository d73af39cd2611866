"""The table of verbs: add a row here and a module beside it, and `kit.py` knows a new word."""

import difflib
from dataclasses import dataclass

from kit_commands.errors import WrongCommand
from kit_commands.voice import Text

UNKNOWN = Text(
    en="There is no verb “{word}”{nearest}. The verbs are: {verbs}.",
    es="No existe el verbo «{word}»{nearest}. Los verbos son: {verbs}.",
)
LEARN = Text(en="The course", es="El curso")
BY_HAND = Text(en="To try by hand", es="Para probar a mano")
KIT = Text(en="The kit", es="El kit")


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One thing the kit does; `module`, under kit_commands, holds `main(arguments, voice) -> int`.

    A dotted `module` is a whole path.
    """

    module: str
    english: str
    spanish: str
    promise: Text
    group: Text = KIT

    @property
    def path(self) -> str:
        """The module's whole path."""
        return self.module if "." in self.module else f"kit_commands.{self.module}"


def _verb(group: Text, module: str, english: str, spanish: str, promise: Text) -> Verb:
    return Verb(module=module, english=english, spanish=spanish, promise=promise, group=group)


VERBS = (
    _verb(
        LEARN,
        "labs.verbs.start",
        "start",
        "empezar",
        Text(
            en="prepare workspace/ with its service.toml",
            es="prepara workspace/ con su service.toml",
        ),
    ),
    _verb(
        LEARN,
        "labs.verbs.check",
        "check",
        "revisar",
        Text(
            en="start your service and check the present stage and the earlier ones",
            es="arranca tu servicio y revisa la etapa actual y las anteriores",
        ),
    ),
    _verb(
        LEARN,
        "labs.verbs.watch",
        "watch",
        "vigilar",
        Text(
            en="check again whenever you save",
            es="revisa de nuevo cada vez que guardas",
        ),
    ),
    _verb(
        LEARN,
        "labs.verbs.stages",
        "list",
        "lista",
        Text(
            en="the stages and how each is doing",
            es="las etapas y cómo va cada una",
        ),
    ),
    _verb(
        LEARN,
        "labs.verbs.hint",
        "hint",
        "pista",
        Text(
            en="a hint for the first red thing: idea, place, sketch",
            es="una pista para lo primero en rojo: idea, lugar, boceto",
        ),
    ),
    _verb(
        LEARN,
        "labs.verbs.why",
        "why",
        "porque",
        Text(
            en="what the judge sent, got and saw",
            es="lo que el juez mandó, recibió y vio",
        ),
    ),
    _verb(
        LEARN,
        "labs.verbs.guide",
        "guide",
        "guia",
        Text(
            en="the guide of a stage; with --apply, apply it",
            es="la guía de una etapa; con --apply, la aplica",
        ),
    ),
    _verb(
        LEARN,
        "labs.verbs.jump",
        "jump",
        "saltar",
        Text(
            en="write a stage's solution into a new folder",
            es="escribe la solución de una etapa en una carpeta nueva",
        ),
    ),
    _verb(
        LEARN,
        "labs.verbs.reset",
        "reset",
        "reiniciar",
        Text(
            en="back to the beginning of a stage; keeps a copy first",
            es="vuelve al comienzo de una etapa; antes guarda una copia",
        ),
    ),
    _verb(
        BY_HAND,
        "labs.verbs.replay",
        "replay",
        "repetir",
        Text(
            en="send the request of the red check again",
            es="vuelve a mandar la petición de la revisión en rojo",
        ),
    ),
    _verb(
        BY_HAND,
        "labs.verbs.send",
        "send",
        "enviar",
        Text(
            en="send a message without fighting quotes: send contact name=Ana",
            es="manda un mensaje sin pelear con comillas: send contact name=Ana",
        ),
    ),
    _verb(
        BY_HAND,
        "labs.verbs.inbox",
        "inbox",
        "buzon",
        Text(
            en="open the inbox, or list the mails of the one that is open",
            es="abre el buzón, o lista los correos del que está abierto",
        ),
    ),
    _verb(
        BY_HAND,
        "labs.verbs.cut",
        "cut",
        "cortar",
        Text(
            en="cut Redis, SMTP or the database of your service",
            es="corta Redis, SMTP o la base de datos de tu servicio",
        ),
    ),
    _verb(
        BY_HAND,
        "up",
        "up",
        "levantar",
        Text(
            en="start the kit's own service, its dispatcher and the inbox",
            es="arranca el servicio del kit, su repartidor y el buzón",
        ),
    ),
    _verb(
        BY_HAND,
        "contract",
        "contract",
        "contrato",
        Text(
            en="hold a running service to the contract (--url)",
            es="comprueba el contrato contra un servicio en marcha (--url)",
        ),
    ),
    _verb(
        KIT,
        "labs.verbs.doctor",
        "doctor",
        "doctor",
        Text(
            en="look at your machine, or at a project of yours (--dir)",
            es="mira tu máquina, o un proyecto tuyo (--dir)",
        ),
    ),
    _verb(
        KIT,
        "test",
        "test",
        "probar",
        Text(
            en="run the kit's tests; also: test faults, browser, compose, labs, all",
            es="pruebas del kit; también: probar faults, browser, compose, labs, all",
        ),
    ),
    _verb(
        KIT,
        "labs.verbs.author",
        "author",
        "autor",
        Text(
            en="for who writes the course: prove that the judge tells the truth",
            es="para quien escribe el curso: demuestra que el juez dice la verdad",
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
