"""`kit.py cut`: the student's service on its usual port, with one of its dependencies cut off."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from kit_commands.errors import KitError
from kit_commands.help import kit_command
from kit_commands.ports import require_free
from kit_commands.voice import Text, Voice
from labs.runner.gates import Gate
from labs.runner.installing import python_for
from labs.runner.manifest import Manifest, read_manifest
from labs.runner.rig import Rig
from labs.runner.stand.http import Http
from labs.runner.stand.stand import Stand
from labs.runner.verdicts import Crashed
from labs.verbs.interrupts import interruptible
from labs.verbs.options import Options
from labs.verbs.places import Places, places
from labs.verbs.replay import DIED

SLOW = 2.0
"""Seconds that each answer waits behind a slow gate."""

PROMISE = Text(
    en="Starts your service on its usual port and cuts Redis, SMTP or the database off, to try "
    "by hand what it does then.",
    es="Arranca tu servicio en su puerto de siempre y le corta Redis, SMTP o la base de datos, "
    "para probar a mano qué hace entonces.",
)
WHAT = Text(en="redis, db or smtp", es="redis, db o smtp")
MODE = Text(
    en="refuse: nobody there; silent: accepts and never answers; slow: each answer 2 s later "
    "(refuse)",
    es="refuse: no hay nadie; silent: acepta y nunca responde; slow: cada respuesta 2 s más tarde "
    "(refuse)",
)
PORT = Text(en="another port than that of service.toml", es="otro puerto que el de service.toml")
RUNNING = Text(
    en="""\
  service {url}/healthz
  inbox   {inbox}
  try     {kit} send contact""",
    es="""\
  servicio {url}/healthz
  buzón    {inbox}
  prueba   {kit} send contact""",
)
IS_CUT = Text(
    en="{what} is cut ({mode}). Enter brings it back, Ctrl-C ends.",
    es="{what} está cortado ({mode}). Enter lo devuelve, Ctrl-C termina.",
)
IS_BACK = Text(
    en="{what} is back. Enter cuts it again, Ctrl-C ends.",
    es="{what} ha vuelto. Enter lo corta otra vez, Ctrl-C termina.",
)
STOPPED = Text(en="Stopped.", es="Parado.")
NO_TABLES = Text(
    en="The service has made no table yet, so there is no database to cut.",
    es="El servicio todavía no creó ninguna tabla: no hay base de datos que cortar.",
)


def main(arguments: Sequence[str], voice: Voice) -> int:
    """Run until Ctrl-C or the end of the input; 0 then, 1 if the service does not come up."""
    where = places()
    options = Options("cut", PROMISE, voice)
    options.takes("what", text=WHAT, choices=["redis", "db", "smtp"])
    options.takes("--mode", text=MODE, choices=["refuse", "silent", "slow"], default="refuse")
    options.takes("--port", text=PORT, type=int, metavar="N")
    options.takes_folder(where.workspace)
    chosen = options.read(arguments)
    manifest = read_manifest(chosen.dir.absolute(), kit=kit_command())
    port = chosen.port or manifest.port
    require_free({"--port": port})
    try:
        with interruptible():
            _run(chosen, manifest, port, where, voice)
    except Crashed as death:
        voice.say(DIED, code=death.seen.get("code"), log=death.seen.get("log"))
        return 1
    except KeyboardInterrupt:
        voice.line("")
    voice.say(STOPPED)
    return 0


def _run(
    chosen: argparse.Namespace, manifest: Manifest, port: int, where: Places, voice: Voice
) -> None:
    python = python_for(manifest, where.environments, begins=lambda: None)
    rig = Rig(manifest=manifest, python=python)
    try:
        service = _on_port(rig.stand(), port).up()
        inbox = rig.inbox.get().base_url
        voice.say(RUNNING, url=service.http.base_url, inbox=inbox, kit=kit_command())
        _take_turns(chosen.what, chosen.mode, _cutting(service, chosen.what, chosen.mode), voice)
    finally:
        rig.close()


def _on_port(service: Stand, port: int) -> Stand:
    """The stand, on the port that the student knows."""
    service.port = port
    service.http = Http(f"http://127.0.0.1:{port}", service.setting.manifest.headers)
    return service


Cutting = Callable[[], AbstractContextManager[None]]


def _take_turns(what: str, mode: str, cutting: Cutting, voice: Voice) -> None:
    """Cut, bring back, cut again, at each Enter; return at the end of the input."""
    asked = True
    while asked:
        with cutting():
            voice.say(IS_CUT, what=what, mode=mode)
            asked = bool(sys.stdin.readline())
        if asked:
            voice.say(IS_BACK, what=what)
            asked = bool(sys.stdin.readline())


def _cutting(service: Stand, what: str, mode: str) -> Cutting:
    """How that dependency is cut: by its gate, or in SQLite's own file."""
    gate = {"redis": service.redis, "smtp": service.smtp, "db": service.postgres}[what]
    if gate is not None:
        return lambda: _shut(gate, mode)
    if not service.tables.names():
        raise KitError(NO_TABLES)
    return service.tables.hidden if mode == "refuse" else service.tables.locked


@contextmanager
def _shut(gate: Gate, mode: str) -> Iterator[None]:
    if mode == "refuse":
        gate.refuse()
    elif mode == "silent":
        gate.silence()
    else:
        gate.reply_delay = SLOW
    try:
        yield
    finally:
        gate.open()
        gate.cut()
