"""`kit.py send`: one message to a service by hand, `name=value` instead of JSON in quotes."""

import json
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any

import httpx

from kit_commands.errors import MachineNotReady, WrongCommand
from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice
from labs.verbs.options import Options
from labs.verbs.places import ROOT
from labs.verbs.reachable import require_answer

EXAMPLES: dict[str, tuple[str, dict[str, str]]] = {
    "contact": (
        "/api/contact/",
        {
            "name": "Carlos Rivas",
            "email": "carlos@mail.com",
            "message": "Me interesa una colaboración",
        },
    ),
    "notify": (
        "/api/notify/",
        {"to": "user@mail.com", "subject": "Nuevo post publicado", "body": "..."},
    ),
}
"""Path and the brief's own example of each message."""
PATIENCE = 30.0
HERE = ("127.0.0.1", "localhost", "[::1]")

PROMISE = Text(
    en="Sends one message to a service. What you leave out is the brief's example.",
    es="Manda un mensaje a un servicio. Lo que no digas es el ejemplo del enunciado.",
)
KIND = Text(en="contact or notify", es="contact o notify")
FIELDS = Text(
    en="name=Ana email=ana@example.com message=Hello, in any order; message_id= as well",
    es="name=Ana email=ana@example.com message=Hola, en cualquier orden; también message_id=",
)
URL = Text(
    en="address of the service (http://127.0.0.1:8002)",
    es="dirección del servicio (http://127.0.0.1:8002)",
)
KEY = Text(
    en="a service key (for the kit's own service: the one in var/service.key)",
    es="una clave de servicio (para el servicio del kit: la de var/service.key)",
)
NOT_A_FIELD = Text(
    en="“{word}” is no field: write name=value, such as {kit} send contact name=Ana.",
    es="«{word}» no es un campo: escribe nombre=valor, como {kit} send contact name=Ana.",
)
SENT = Text(en="POST {url}\n{body}", es="POST {url}\n{body}")
ANSWERED = Text(
    en="{status} {reason} · {milliseconds} ms", es="{status} {reason} · {milliseconds} ms"
)
NO_ANSWER = Text(
    en="{url} accepted the connection and did not answer ({reason}).",
    es="{url} aceptó la conexión y no respondió ({reason}).",
)


def main(arguments: Sequence[str], voice: Voice) -> int:
    """Send it and show code, body and time; 0 for a 2xx, 1 for another answer."""
    options = Options("send", PROMISE, voice)
    options.takes("kind", text=KIND, choices=sorted(EXAMPLES))
    options.takes("fields", text=FIELDS, nargs="*", metavar="name=value")
    options.takes("--url", text=URL, default="http://127.0.0.1:8002")
    options.takes("--key", text=KEY)
    chosen = options.read(arguments)
    path, example = EXAMPLES[chosen.kind]
    body = {**example, **fields(chosen.fields)}
    require_answer(chosen.url)
    key = chosen.key or (_key_of_kit(chosen.url) if chosen.kind == "notify" else "")
    answer, seconds = _post(chosen.url.rstrip("/") + path, body, key)
    _show(voice, answer, body, seconds)
    return 0 if answer.is_success else 1


def fields(words: Sequence[str]) -> dict[str, str]:
    """`name=value` words as a body; a second `=` belongs to the value."""
    body = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise WrongCommand(NOT_A_FIELD, word=word, kit=kit_command())
        body[name] = value
    return body


def _post(url: str, body: Mapping[str, str], key: str) -> tuple[httpx.Response, float]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    begun = monotonic()
    try:
        answer = httpx.post(url, json=body, headers=headers, timeout=PATIENCE, trust_env=False)
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        raise MachineNotReady(NO_ANSWER, url=url, reason=reason) from None
    return answer, monotonic() - begun


def _show(voice: Voice, answer: httpx.Response, body: Mapping[str, str], seconds: float) -> None:
    voice.say(SENT, url=answer.url, body=pretty(json.dumps(body)))
    voice.line("")
    words = voice.phrase(
        ANSWERED,
        status=answer.status_code,
        reason=answer.reason_phrase,
        milliseconds=round(seconds * 1000),
    )
    voice.line(voice.paint(words, "green" if answer.is_success else "red"))
    voice.line(pretty(answer.text))


def pretty(text: str) -> str:
    """JSON laid out, anything else as it is."""
    try:
        said: Any = json.loads(text)
    except ValueError:
        return text
    return json.dumps(said, ensure_ascii=False, indent=2)


def _key_of_kit(url: str) -> str:
    """The key that `kit.py up` left, for a service on this machine only."""
    path = ROOT / "var" / "service.key"
    here = any(f"//{name}" in url for name in HERE)
    return path.read_text(encoding="utf-8").strip() if here and path.is_file() else ""
