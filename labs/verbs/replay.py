"""`kit.py replay`: the red request once more, to a service started as the judge does."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice
from labs.runner.installing import python_for
from labs.runner.manifest import read_manifest
from labs.runner.report.full import LOG, Part
from labs.runner.rig import Rig
from labs.runner.stand.http import Answer, Http
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import Crashed, NoAnswer
from labs.verbs.interrupts import interruptible
from labs.verbs.last_run import LastRun, recall_red
from labs.verbs.options import Options
from labs.verbs.pages import show_part
from labs.verbs.places import Places, places
from labs.verbs.reachable import require_answer
from labs.verbs.send import pretty

LOG_LINES = 20

PROMISE = Text(
    en="Sends the request of the red check again, to your service started as the judge does.",
    es="Vuelve a mandar la petición de la revisión en rojo, a tu servicio arrancado como hace "
    "el juez.",
)
URL = Text(
    en="send it there instead, to a service that runs already",
    es="mándala ahí, a un servicio que ya está en marcha",
)
ALL = Text(
    en="every request of that check in its order, not only the last",
    es="todas las peticiones de esa revisión en su orden, no solo la última",
)
NO_REQUEST = Text(
    en="That check sent no request: see {kit} why.",
    es="Esa revisión no mandó ninguna petición: mira {kit} why.",
)
DIED = Text(
    en="Your service did not come up (exit code {code}):\n{log}",
    es="Tu servicio no arrancó (código de salida {code}):\n{log}",
)
SILENT = Text(en="No answer: {reason}", es="Sin respuesta: {reason}")


def main(arguments: Sequence[str], voice: Voice) -> int:
    """0 when it was answered, whatever the answer; 1 when nothing came."""
    where = places()
    options = Options("replay", PROMISE, voice)
    options.takes("--url", text=URL)
    options.takes("--all", text=ALL, action="store_true")
    chosen = options.read(arguments)
    remembered = recall_red(where, voice)
    if remembered is None:
        return 0
    run, row = remembered
    entries = row["evidence"].get("entries", [])
    if not entries:
        voice.say(NO_REQUEST, kit=kit_command())
        return 1
    url = chosen.url or run.url
    with interruptible():
        try:
            return _replay(entries if chosen.all else entries[-1:], url, run, where, voice)
        except Crashed as death:
            voice.say(DIED, code=death.seen.get("code"), log=death.seen.get("log"))
            return 1


def _replay(entries: list[Any], url: str, run: LastRun, where: Places, voice: Voice) -> int:
    if url:
        require_answer(url)
        http = Http(url, {})
        return max(_send(http, entry["request"], voice) for entry in entries)
    with _started(Path(run.folder), where) as service:
        code = max(_send(service.http, entry["request"], voice) for entry in entries)
        lines = service.all_lines(since=service.http.exchanges[0].at)[-LOG_LINES:]
        if lines:
            show_part(voice, Part(voice.phrase(LOG), "\n".join(lines)))
        return code


@contextmanager
def _started(folder: Path, where: Places) -> Iterator[Stand]:
    manifest = read_manifest(folder, kit=kit_command())
    python = python_for(manifest, where.environments, begins=lambda: None)
    rig = Rig(manifest=manifest, python=python)
    try:
        yield rig.service()
    finally:
        rig.close()


def _send(http: Http, request: Mapping[str, Any], voice: Voice) -> int:
    parts = urlsplit(request["url"])
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    shown = f"{request['method']} {http.base_url}{path}\n\n{pretty(request['text'])}"
    show_part(voice, Part(f"→ {request['method']} {path}", shown.rstrip(), "http"))
    try:
        answer = http.send(
            request["method"],
            path,
            content=request["text"].encode(),
            headers=request["headers"],
            request_id=request["headers"].get("X-Request-ID"),
        )
    except NoAnswer as silence:
        voice.say(SILENT, reason=silence.seen.get("error") or silence.reason)
        return 1
    show_part(voice, _part_of(answer))
    return 0


def _part_of(answer: Answer) -> Part:
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    heading = f"← {answer.status} · {round(answer.seconds * 1000)} ms"
    return Part(heading, f"{headers}\n\n{pretty(answer.text)}", "http")
