"""`kit.py inbox`: the mails of the open inbox; where none is open, it opens one."""

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kit_commands.errors import KitError
from kit_commands.handover import hand_over
from kit_commands.voice import Text, Voice
from labs.runner.report.compact import cut
from labs.runner.report.screen import width_of_terminal
from labs.verbs.options import Options
from labs.verbs.places import ROOT
from labs.verbs.reachable import require_answer
from mock_smtp.client import Inbox, InboxError

DEFAULT = "http://127.0.0.1:8025"
PORTS = ("--http-port", "8025", "--smtp-port", "1025")

PROMISE = Text(
    en="The mails of the open inbox. If none is open, it opens one: SMTP on 1025, page on 8025.",
    es="Los correos del buzón abierto. Si no hay ninguno, abre uno: SMTP en 1025, página en 8025.",
)
URL = Text(
    en="address of an inbox (http://127.0.0.1:8025); never opens one",
    es="dirección de un buzón (http://127.0.0.1:8025); nunca abre uno",
)
LIMIT = Text(en="how many mails to show (20)", es="cuántos correos mostrar (20)")
EMPTY = Text(en="The inbox {url} is open and empty.", es="El buzón {url} está abierto y vacío.")
ALL = Text(en="{count} mails · {url}", es="{count} correos · {url}")
OPENING = Text(
    en="Opening an inbox: SMTP on 127.0.0.1:1025, page at {url}. Ctrl-C closes it.\n"
    "For your service: EMAIL_TRANSPORT=smtp EMAIL_HOST=127.0.0.1 EMAIL_PORT=1025",
    es="Abro un buzón: SMTP en 127.0.0.1:1025, página en {url}. Ctrl-C lo cierra.\n"
    "Para tu servicio: EMAIL_TRANSPORT=smtp EMAIL_HOST=127.0.0.1 EMAIL_PORT=1025",
)
NOT_AN_INBOX = Text(
    en="{url} answers, but it is no inbox ({reason}).",
    es="{url} responde, pero no es un buzón ({reason}).",
)


def main(arguments: Sequence[str], voice: Voice) -> int:
    """List what is in it, or be one until Ctrl-C; 0."""
    options = Options("inbox", PROMISE, voice)
    options.takes("--url", text=URL)
    options.takes("--limit", text=LIMIT, type=int, default=20, metavar="N")
    chosen = options.read(arguments)
    url = chosen.url or DEFAULT
    try:
        require_answer(url)
    except KitError:
        if chosen.url:
            raise
        return _open(voice)
    _list(url, chosen.limit, voice)
    return 0


def _open(voice: Voice) -> int:
    voice.say(OPENING, url=DEFAULT)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, _search_path()))}
    return hand_over([sys.executable, "-m", "mock_smtp", *PORTS], environ)


def _search_path() -> list[str]:
    return [os.environ.get("PYTHONPATH", ""), str(ROOT)]


def _list(url: str, limit: int, voice: Voice) -> None:
    try:
        mails = Inbox(url).messages(limit=limit)
    except (InboxError, OSError, ValueError, KeyError) as error:
        raise KitError(NOT_AN_INBOX, url=url, reason=error) from None
    if not mails:
        voice.say(EMPTY, url=url)
        return
    for mail in mails:
        voice.line(cut(_line(mail), width_of_terminal()))
    voice.line("")
    voice.say(ALL, count=len(mails), url=url)


def _line(mail: dict[str, Any]) -> str:
    at = datetime.fromisoformat(mail["Created"]).astimezone().strftime("%H:%M:%S")
    to = ", ".join(one["Address"] for one in mail.get("To") or [])
    return f"{at}  {to[:28]:<28}  {mail['Subject']}"
