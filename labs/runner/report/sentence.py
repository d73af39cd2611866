"""The sentence for one red check: its mistake's own hint, else what was seen in general."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from kit_commands.voice import Text
from labs.runner.course import LABS, Course
from labs.runner.guides.mistakes import all_mistakes
from labs.runner.report.compact import cut, gist

LATE = Text(
    en="{method} {path}: no answer within {waited} s, and the service is still running. This is "
    "almost always something that waits without a time-out of its own: a connection, a lock, "
    "a loop.",
    es="{method} {path}: no hubo respuesta en {waited} s y el servicio sigue en marcha. Casi "
    "siempre es algo que espera sin un tiempo límite propio: una conexión, un candado, un bucle.",
)
CUT_OFF = Text(
    en="{method} {path}: the line was closed without an answer ({error}), although the service is "
    "still running. This is almost always a worker that died in the middle of the request.",
    es="{method} {path}: la conexión se cerró sin respuesta ({error}), aunque el servicio sigue en "
    "marcha. Casi siempre es un proceso que murió en mitad de la petición.",
)
ENDED = Text(
    en="Your service ended by itself, with exit code {code}. Its last words say why.",
    es="Tu servicio terminó solo, con código de salida {code}. Sus últimas palabras dicen por qué.",
)
DEAF = Text(
    en="Your service runs, but nobody accepts connections on 127.0.0.1:{port}, the port that it "
    "was given in PORT and in {{port}}.",
    es="Tu servicio está en marcha, pero nadie acepta conexiones en 127.0.0.1:{port}, el puerto "
    "que se le dio en PORT y en {{port}}.",
)
NO_PROGRAM = Text(
    en="“{command}” cannot be started ({log}). Look at that command in service.toml: a program "
    "that exists, and one argument per element of the list.",
    es="«{command}» no se puede arrancar ({log}). Mira esa orden en service.toml: un programa que "
    "exista, y un argumento por cada elemento de la lista.",
)
NO_FILE = Text(
    en="service.toml starts {file}, and there is no such file yet. If you have written nothing, "
    "that is how it should be: the judge has seen that there is no service.",
    es="service.toml arranca {file}, y ese archivo todavía no existe. Si aún no has escrito nada, "
    "es lo esperado: el juez vio que no hay servicio.",
)
OVERDUE = Text(
    en="This check did not come to an end within {seconds} s. This is almost always a service that "
    "has stopped answering, or that answers very slowly.",
    es="Esta revisión no llegó a su fin en {seconds} s. Casi siempre es un servicio que dejó de "
    "responder, o que responde muy despacio.",
)
NO_SCRIPT = "can't open file '"
UNKNOWN = "…"
LONGEST = 160
"""Letters of one value inside a sentence."""


class Sentences:
    """Finds the sentence for a red row of `check --json`; `labs` is where the texts are."""

    def __init__(self, course: Course, labs: Path = LABS) -> None:
        self._course = course
        self._labs = labs

    @cached_property
    def hints(self) -> dict[str, Text]:
        """Every known mistake's hint by its id."""
        return {mistake.id: mistake.hint for mistake in all_mistakes(self._labs)}

    def title(self, row: Mapping[str, Any]) -> Text:
        """What the check promises."""
        return self._course.checks[f"{row['stage']}:{row['id']}"].title

    def of(self, row: Mapping[str, Any], language: str) -> str:
        """What to say of this row, filled with what was seen."""
        text = self._own(row) or self._course.checks[f"{row['stage']}:{row['id']}"].general
        return filled(text, row, language)

    def _own(self, row: Mapping[str, Any]) -> Text | None:
        hint, params = row["hint_id"], row["params"]
        if hint in self.hints:
            return self.hints[hint]
        if hint == "cannot-launch":
            return NO_PROGRAM
        if row["verdict"] == "crashed":
            return _of_crash(params)
        if row["verdict"] == "timeout":
            return OVERDUE
        return {"timeout": LATE, "connection": CUT_OFF}.get(str(params.get("reason")))


def filled(text: Text, row: Mapping[str, Any], language: str) -> str:
    """A text with what was seen; what nobody noted comes from the last answer, else is `…`."""
    template = text.es if language == "es" else text.en
    try:
        seen = {**_from_entries(row), **row["params"], **_file(row)}
        return template.format_map(_Seen({name: _brief(value) for name, value in seen.items()}))
    except (ValueError, IndexError, KeyError):
        return template


class _Seen(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return UNKNOWN


def _brief(value: Any) -> Any:
    """A value as it fits into a sentence: a page by its title, a text on one line and not long."""
    if not isinstance(value, str):
        return value
    flat = gist(value) if "<title>" in value else " ".join(value.split())
    return cut(flat, LONGEST)


def _of_crash(params: Mapping[str, Any]) -> Text:
    if params.get("code") is None:
        return DEAF
    return NO_FILE if NO_SCRIPT in str(params.get("log", "")) else ENDED


def _file(row: Mapping[str, Any]) -> dict[str, str]:
    """The script that Python could not open, by its name alone."""
    _, found, rest = str(row["params"].get("log", "")).partition(NO_SCRIPT)
    return {"file": Path(rest.partition("'")[0]).name} if found else {}


def _from_entries(row: Mapping[str, Any]) -> dict[str, Any]:
    entries = row.get("evidence", {}).get("entries", [])
    if not entries:
        return {}
    request, response = entries[-1]["request"], entries[-1]["response"] or {}
    status = response.get("status", UNKNOWN)
    return {"method": request["method"], "path": request["url"], "status": status, "code": status}
