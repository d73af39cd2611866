"""All the evidence of one red check as plain text: `evidence.txt`, and what `why` shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kit_commands.voice import Text
from labs.runner.course import Course
from labs.runner.report.sentence import Sentences
from labs.runner.report.shell import as_command

REQUEST = Text(en="Request {number} of {count}", es="Petición {number} de {count}")
REPEAT = Text(en="The same from your terminal", es="La misma desde tu terminal")
ANSWER = Text(en="Answer", es="Respuesta")
NO_ANSWER = Text(en="No answer: {trouble}", es="Sin respuesta: {trouble}")
LOG = Text(en="What your service wrote", es="Lo que escribió tu servicio")
MAILS = Text(en="Mails that the judge looked at: {count}", es="Correos que miró el juez: {count}")
PROCESSES = Text(en="Processes", es="Procesos")
SEEN = Text(en="What was noted", es="Lo que se anotó")
ALSO_REDIS = Text(en="Redis was: {kind}", es="Hizo de Redis: {kind}")
QUOTE = Text(en="The brief: “{quote}”", es="El enunciado: «{quote}»")


@dataclass(frozen=True)
class Part:
    """A heading and what stands below it; `kind` is json, http, shell, mail or text."""

    heading: str
    body: str
    kind: str = "text"


def parts(row: Mapping[str, Any], course: Course, language: str, shell: str) -> Iterator[Part]:
    """Everything of a red row, in the order in which one would ask."""
    say = _speaker(language)
    sentences = Sentences(course)
    check = course.checks[f"{row['stage']}:{row['id']}"]
    about = [sentences.of(row, language), *([say(QUOTE, quote=check.quote)] if check.quote else [])]
    yield Part(f"{check.key} · {say(check.title)}", "\n\n".join(about))
    evidence = row["evidence"]
    yield from _of_entries(evidence.get("entries", []), say, shell)
    log = evidence.get("log", []) or str(row["params"].get("log", "")).splitlines()
    if log:
        yield Part(say(LOG), "\n".join(log))
    mails = evidence.get("mails", [])
    if mails:
        yield Part(say(MAILS, count=len(mails)), "\n\n---\n\n".join(mails), "mail")
    noted = {name: value for name, value in row["params"].items() if name not in {"log", "text"}}
    if noted:
        yield Part(say(SEEN), "\n".join(f"{name} = {value}" for name, value in noted.items()))
    if evidence.get("processes"):
        yield Part(say(PROCESSES), "\n".join([*evidence["processes"], *_redis(evidence, say)]))


def as_text(row: Mapping[str, Any], course: Course, language: str, shell: str) -> str:
    """All parts below each other."""
    blocks = (f"== {part.heading}\n\n{part.body}" for part in parts(row, course, language, shell))
    return "\n\n".join(blocks) + "\n"


def _of_entries(entries: list[Any], say: Any, shell: str) -> Iterator[Part]:
    for number, entry in enumerate(entries, start=1):
        request, response = entry["request"], entry["response"]
        heading = say(REQUEST, number=number, count=len(entries))
        line = f"{request['method']} {request['url']}"
        yield Part(heading, _message(line, request["headers"], request["text"]), "http")
        if number == len(entries):
            yield Part(say(REPEAT), as_command(request, shell), "shell")
        if response is None:
            yield Part(say(ANSWER), say(NO_ANSWER, trouble=entry["trouble"]))
        else:
            head = f"{response['status']} · {response['ms']} ms"
            yield Part(say(ANSWER), _message(head, response["headers"], response["text"]), "http")


def _message(first: str, headers: Mapping[str, str], text: str) -> str:
    lines = [first, *(f"{name}: {value}" for name, value in headers.items())]
    return "\n".join(lines) + (f"\n\n{text}" if text else "")


def _redis(evidence: Mapping[str, Any], say: Any) -> list[str]:
    return [say(ALSO_REDIS, kind=evidence["redis"])] if evidence.get("redis") else []


def _speaker(language: str) -> Any:
    def say(text: Text, **fields: object) -> str:
        chosen = text.es if language == "es" else text.en
        return chosen.format_map(fields)

    return say
