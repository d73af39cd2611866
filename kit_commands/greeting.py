"""What `up` prints once everything runs: addresses, and calls ready to paste."""

import json
import sys
import uuid

from kit_commands.parts import Settings
from kit_commands.ports import LOOPBACK
from kit_commands.voice import Text, Voice

ADDRESSES = Text(
    en="""\
  service  {service}/healthz
  docs     {service}/api/docs/
  inbox    {inbox}
  SMTP     {host}:{smtp_port}
  key      {key_file}
  logs     {logs}""",
    es="""\
  servicio {service}/healthz
  docs     {service}/api/docs/
  buzón    {inbox}
  SMTP     {host}:{smtp_port}
  clave    {key_file}
  logs     {logs}""",
)
EVERYTHING_RUNS = Text(en="Everything is running.", es="Todo está en marcha.")
PASTE = Text(en="Paste this in {shell}:", es="Pega esto en {shell}:")
CONTACT = Text(en="a visitor writes", es="escribe una visita")
NOTIFY = Text(en="another service sends a notification", es="otro servicio envía un aviso")
STATUS = Text(en="what became of that notification", es="qué fue de ese aviso")
GREETING = Text(en="Hello from my first curl", es="Hola desde mi primer curl")
BODY = Text(en="It works.", es="Funciona.")
HOW_TO_STOP = Text(
    en="Ctrl-C stops everything. The logs of all parts follow.",
    es="Ctrl-C lo para todo. Siguen los registros de todas las partes.",
)
THEIRS = Text(
    en="From your environment: {names}. Mails do not go to the inbox.",
    es="De tu entorno: {names}. Los correos no van al buzón.",
)


def greeting(settings: Settings, environ: dict[str, str], voice: Voice) -> str:
    """The addresses and the calls, this system's shell first; one text, so no log splits it."""
    addresses = voice.phrase(
        ADDRESSES,
        service=settings.service_url,
        inbox=settings.inbox_url,
        host=LOOPBACK,
        smtp_port=settings.smtp_port,
        key_file=settings.folder.path / "service.key",
        logs=settings.folder.logs,
    )
    shells = [("bash", _bash), ("PowerShell", _powershell)]
    calls = _calls(settings, voice)
    blocks = [
        voice.paint(voice.phrase(EVERYTHING_RUNS), "green"),
        addresses,
        *_warning_of_theirs(settings, environ, voice),
        *(
            _block(shell, [(title, form(url, key, body)) for title, url, key, body in calls], voice)
            for shell, form in (shells if sys.platform != "win32" else reversed(shells))
        ),
        voice.phrase(HOW_TO_STOP),
    ]
    return "\n" + "\n\n".join(blocks) + "\n"


def _block(shell: str, calls: list[tuple[str, str]], voice: Voice) -> str:
    """One shell's calls, each below the comment that says what it is for."""
    head = voice.paint(voice.phrase(PASTE, shell=shell), "yellow")
    return "\n".join([head, *(f"\n  # {title}\n  {words}" for title, words in calls)])


Call = tuple[str, str, str | None, dict[str, str] | None]
"""Title, URL, service key if it needs one, body if it is a POST."""


def _calls(settings: Settings, voice: Voice) -> list[Call]:
    key, message_id = settings.folder.service_key(), str(uuid.uuid4())
    url, hello = settings.service_url, voice.phrase(GREETING)
    contact = {"name": "Carlos Rivas", "email": "carlos@mail.com", "message": hello}
    notify = {
        "to": "user@mail.com",
        "subject": hello,
        "body": voice.phrase(BODY),
        "message_id": message_id,
    }
    return [
        (voice.phrase(CONTACT), f"{url}/api/contact/", None, contact),
        (voice.phrase(NOTIFY), f"{url}/api/notify/", key, notify),
        (voice.phrase(STATUS), f"{url}/api/messages/{message_id}", key, None),
    ]


def _bash(url: str, key: str | None, body: dict[str, str] | None) -> str:
    words = ["curl", "-s", url]
    if key is not None:
        words.append(f"-H 'Authorization: Bearer {key}'")
    if body is not None:
        words += ["-H 'Content-Type: application/json'", f"-d '{_json(body)}'"]
    return " ".join(words)


def _powershell(url: str, key: str | None, body: dict[str, str] | None) -> str:
    """Invoke-RestMethod: its curl.exe loses the quotes of JSON."""
    words = ["Invoke-RestMethod", url]
    if key is not None:
        words.append(f"-Headers @{{Authorization='Bearer {key}'}}")
    if body is not None:
        words.append(f"-Method Post -ContentType 'application/json' -Body '{_json(body)}'")
    return " ".join(words)


def _json(body: dict[str, str]) -> str:
    """ASCII, so that no shell's code page can spoil it."""
    return json.dumps(body)


def _warning_of_theirs(settings: Settings, environ: dict[str, str], voice: Voice) -> list[str]:
    """A warning, if the user's own variables send the mails elsewhere."""
    ours = {"EMAIL_HOST": LOOPBACK, "EMAIL_PORT": str(settings.smtp_port)}
    theirs = [f"{name}={environ[name]}" for name in ours if environ[name] != ours[name]]
    return [voice.phrase(THEIRS, names=", ".join(theirs))] if theirs else []
