"""The table of verbs: add a row here and a module beside it, and `kit.py` knows a new word."""

import difflib
import unicodedata

from kit_commands.course_verbs import COURSE_VERBS
from kit_commands.errors import WrongCommand
from kit_commands.verb import BY_HAND, KIT, Verb, verb
from kit_commands.voice import Text

UNKNOWN = Text(
    en="There is no verb “{word}”{nearest}. The verbs are: {verbs}.",
    es="No existe el verbo «{word}»{nearest}. Los verbos son: {verbs}.",
)

VERBS = (
    *COURSE_VERBS,
    verb(
        BY_HAND,
        "labs.verbs.replay",
        "replay",
        "repetir",
        Text(
            en="send the request of the red check again",
            es="vuelve a mandar la petición de la revisión en rojo",
        ),
    ),
    verb(
        BY_HAND,
        "labs.verbs.send",
        "send",
        "enviar",
        Text(
            en="send a message without fighting quotes: send contact name=Ana",
            es="manda un mensaje sin pelear con comillas: send contact name=Ana",
        ),
    ),
    verb(
        BY_HAND,
        "labs.verbs.inbox",
        "inbox",
        "buzon",
        Text(
            en="open the inbox, or list the mails of the one that is open",
            es="abre el buzón, o lista los correos del que está abierto",
        ),
    ),
    verb(
        BY_HAND,
        "labs.verbs.cut",
        "cut",
        "cortar",
        Text(
            en="cut Redis, SMTP or the database of your service",
            es="corta Redis, SMTP o la base de datos de tu servicio",
        ),
    ),
    verb(
        BY_HAND,
        "up",
        "up",
        "levantar",
        Text(
            en="start the kit's own service, its dispatcher and the inbox",
            es="arranca el servicio del kit, su repartidor y el buzón",
        ),
    ),
    verb(
        BY_HAND,
        "contract",
        "contract",
        "contrato",
        Text(
            en="hold a running service to the contract (--url)",
            es="comprueba el contrato contra un servicio en marcha (--url)",
        ),
    ),
    verb(
        KIT,
        "labs.verbs.doctor",
        "doctor",
        "doctor",
        Text(
            en="look at your machine, or at a project of yours (--dir)",
            es="mira tu máquina, o un proyecto tuyo (--dir)",
        ),
    ),
    verb(
        KIT,
        "env",
        "env",
        "entorno",
        Text(
            en="make .env, the secrets that docker compose wants",
            es="crea .env, los secretos que pide docker compose",
        ),
    ),
    verb(
        KIT,
        "test",
        "test",
        "probar",
        Text(
            en="run the kit's tests; also: test faults, browser, compose, labs, all",
            es="pruebas del kit; también: probar faults, browser, compose, labs, all",
        ),
    ),
    verb(
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
    by_name = {name: row for row in verbs for name in (row.english, row.spanish)}
    plain = _without_accents(word.lower())
    if plain in by_name:
        return by_name[plain]
    near = difflib.get_close_matches(plain, by_name, n=1)
    raise WrongCommand(
        UNKNOWN,
        word=word,
        nearest=f" → {near[0]}?" if near else "",
        verbs=", ".join(row.english for row in verbs),
    )


def _without_accents(word: str) -> str:
    """`guia` for `guía`: whoever writes Spanish well is understood too."""
    return unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
