"""`kit.py up`: the inbox, the service and its dispatcher, kept alive until somebody stops them."""

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from kit_commands import parts
from kit_commands.broker import broker
from kit_commands.folder import Folder
from kit_commands.greeting import greeting
from kit_commands.help import kit_command
from kit_commands.parts import Settings
from kit_commands.ports import require_free
from kit_commands.supervision.company import Company
from kit_commands.supervision.output import Output
from kit_commands.supervision.stopping import Stopping
from kit_commands.voice import Text, Voice

ROOT = Path(__file__).resolve().parent.parent
TRANSPORTS = ("smtp", "console", "file", "celery")

STARTING = Text(en="Starting the inbox and the service …", es="Arranco el buzón y el servicio …")
STOPPING = Text(
    en="Stopping: web, then who delivers, then the inbox …",
    es="Paro: primero web, luego quien reparte, después el buzón …",
)
STOPPED = Text(en="Stopped.", es="Parado.")
REDIS = Text(en="Redis: {told}", es="Redis: {told}")
HELP = {
    "--port": Text(en="port of the service (8002)", es="puerto del servicio (8002)"),
    "--inbox-port": Text(en="port of the inbox page (8025)", es="puerto del buzón (8025)"),
    "--smtp-port": Text(en="port of its SMTP server (1025)", es="puerto de su SMTP (1025)"),
    "--data": Text(
        en="folder for databases, keys and logs (var)",
        es="carpeta de bases de datos, claves y registros (var)",
    ),
    "--transport": Text(en="how mails leave (smtp)", es="cómo salen los correos (smtp)"),
}


def main(arguments: Sequence[str], voice: Voice) -> int:
    """Read the options; `--data` is relative to where the user stands."""
    parser = argparse.ArgumentParser(prog=f"{kit_command()} up", allow_abbrev=False)
    for option, port in (("--port", 8002), ("--inbox-port", 8025), ("--smtp-port", 1025)):
        parser.add_argument(option, type=int, default=port, help=voice.phrase(HELP[option]))
    parser.add_argument(
        "--data", type=Path, default=ROOT / "var", help=voice.phrase(HELP["--data"])
    )
    parser.add_argument("--transport", choices=TRANSPORTS, help=voice.phrase(HELP["--transport"]))
    chosen = parser.parse_args(arguments)
    return up(
        Settings(
            port=chosen.port,
            inbox_port=chosen.inbox_port,
            smtp_port=chosen.smtp_port,
            transport=chosen.transport or os.environ.get("EMAIL_TRANSPORT") or "smtp",
            folder=Folder(chosen.data),
        ),
        voice,
    )


def up(settings: Settings, voice: Voice) -> int:
    """Run until Ctrl-C, SIGTERM or a closed terminal: 0 then, with every part stopped."""
    with settings.folder.claimed(f"pid {os.getpid()}, {settings.service_url}"):
        require_free(
            {
                "--port": settings.port,
                "--inbox-port": settings.inbox_port,
                "--smtp-port": settings.smtp_port,
            }
        )
        stopping = Stopping()
        stopping.listen()
        output = Output(settings.folder.logs, voice)
        with Company(root=ROOT, output=output, voice=voice, stopping=stopping) as company:
            _run(company, settings, voice, stopping)
            voice.say(STOPPING)
        voice.say(STOPPED)
    return 0


def _run(company: Company, settings: Settings, voice: Voice, stopping: Stopping) -> None:
    environ = parts.environment(settings, os.environ)
    voice.say(STARTING)
    company.start(parts.inbox(settings, environ))
    if settings.transport == "celery":
        environ |= {"REDIS_URL": _redis(company, settings, environ, voice)}
    company.run_to_end(parts.migration(environ))
    company.wait_until_all_answer()  # the service must not answer before its inbox listens
    for part in (*parts.delivery(settings, environ), parts.web(settings, environ)):
        if not stopping.wanted:
            company.start(part)
    company.wait_until_all_answer()
    if not stopping.wanted:
        voice.line(greeting(settings, environ, voice))
    company.watch()


def _redis(company: Company, settings: Settings, environ: Mapping[str, str], voice: Voice) -> str:
    """Where Redis is, started if it is ours; says which one it is."""
    found = broker(settings, environ, voice)
    voice.say(REDIS, told=found.told(voice))
    if found.part:
        company.start(found.part)
    return found.url
