"""The verbs of the course, in the order in which a student meets them."""

from kit_commands.verb import LEARN, verb
from kit_commands.voice import Text

COURSE_VERBS = (
    verb(
        LEARN,
        "labs.verbs.start",
        "start",
        "empezar",
        Text(
            en="prepare workspace/ with its service.toml",
            es="prepara workspace/ con su service.toml",
        ),
    ),
    verb(
        LEARN,
        "labs.verbs.check",
        "check",
        "revisar",
        Text(
            en="start your service and check the present stage and the earlier ones",
            es="arranca tu servicio y revisa la etapa actual y las anteriores",
        ),
    ),
    verb(
        LEARN,
        "labs.verbs.watch",
        "watch",
        "vigilar",
        Text(
            en="check again whenever you save",
            es="revisa de nuevo cada vez que guardas",
        ),
    ),
    verb(
        LEARN,
        "labs.verbs.stages",
        "list",
        "lista",
        Text(
            en="the stages and how each is doing",
            es="las etapas y cómo va cada una",
        ),
    ),
    verb(
        LEARN,
        "labs.verbs.hint",
        "hint",
        "pista",
        Text(
            en="a hint for the first red thing: idea, place, sketch",
            es="una pista para lo primero en rojo: idea, lugar, boceto",
        ),
    ),
    verb(
        LEARN,
        "labs.verbs.why",
        "why",
        "porque",
        Text(
            en="what the judge sent, got and saw",
            es="lo que el juez mandó, recibió y vio",
        ),
    ),
    verb(
        LEARN,
        "labs.verbs.guide",
        "guide",
        "guia",
        Text(
            en="the guide of a stage; with --apply, apply it",
            es="la guía de una etapa; con --apply, la aplica",
        ),
    ),
    verb(
        LEARN,
        "labs.verbs.jump",
        "jump",
        "saltar",
        Text(
            en="write a stage's solution into a new folder",
            es="escribe la solución de una etapa en una carpeta nueva",
        ),
    ),
    verb(
        LEARN,
        "labs.verbs.reset",
        "reset",
        "reiniciar",
        Text(
            en="back to the beginning of a stage; keeps a copy first",
            es="vuelve al comienzo de una etapa; antes guarda una copia",
        ),
    ),
)
