"""Whether this machine has what the labs need, and what they do where it has not."""

import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec

from kit_commands.ports import answers
from kit_commands.voice import Text
from labs.runner.engines.postgres import NoPostgres, _programs
from labs.verbs.doctoring.findings import Found

ROOM = 500
"""Megabytes that an environment and a few databases need."""

PYTHON = Text(en="Python {version} on {system}.", es="Python {version} en {system}.")
REDIS = Text(en="Redis: {program}.", es="Redis: {program}.")
REDIS_STAND_IN = Text(
    en="Redis: there is none, so the judge uses a pure-Python stand-in. That is enough.",
    es="Redis: no hay; el juez usa un sustituto en Python. Es suficiente.",
)
POSTGRES = Text(en="PostgreSQL: {place}.", es="PostgreSQL: {place}.")
NO_POSTGRES = Text(
    en="PostgreSQL: there is none. SQLite is enough for every stage; for a project that uses "
    "PostgreSQL, install it or set DATABASE_URL.",
    es="PostgreSQL: no hay. SQLite basta para todas las etapas; para un proyecto que usa "
    "PostgreSQL, instálalo o define DATABASE_URL.",
)
DOCKER = Text(en="Docker: {place}.", es="Docker: {place}.")
NO_DOCKER = Text(
    en="Docker: there is none. Nothing up to stage 10 needs it.",
    es="Docker: no hay. Nada hasta la etapa 10 lo necesita.",
)
PORT_TAKEN = Text(
    en="Port {port} is in use. The judge uses free ports, so only your own trials are affected.",
    es="El puerto {port} está en uso. El juez usa puertos libres: solo afecta a tus pruebas a "
    "mano.",
)
FULL = Text(
    en="Only {megabytes} MB are free in {folder}: free some.",
    es="Solo quedan {megabytes} MB libres en {folder}: libera espacio.",
)
ENCODING = Text(
    en="This terminal writes {encoding}: marks are shown in plain letters. PYTHONUTF8=1 helps.",
    es="Esta terminal escribe en {encoding}: las marcas salen en letras simples. PYTHONUTF8=1 "
    "ayuda.",
)
UNTRIED = Text(
    en="The labs were never run on {system} by those who wrote them: see labs/README.",
    es="Los labs nunca se ejecutaron en {system} por quienes los escribieron: mira "
    "labs/README.es.md.",
)


def examine_machine() -> Iterator[Found]:
    """Everything worth a line."""
    system = platform.system()
    version = platform.python_version()
    yield Found("python", "good", PYTHON, {"version": version, "system": system})
    yield from _engines()
    for port in (8002, 8025, 1025):
        if answers(port):
            yield Found("port-taken", "note", PORT_TAKEN, {"port": port})
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < ROOM:
        yield Found("disk-full", "trap", FULL, {"megabytes": free, "folder": folder})
    encoding = sys.stdout.encoding or "ascii"
    if "utf" not in encoding.lower():
        yield Found("encoding", "note", ENCODING, {"encoding": encoding})
    if system != "Linux":
        yield Found("untried-system", "note", UNTRIED, {"system": system})


def _engines() -> Iterator[Found]:
    redis = shutil.which("redis-server") or shutil.which("valkey-server")
    docker = shutil.which("docker")
    if redis:
        yield Found("redis", "good", REDIS, {"program": redis})
    elif docker:
        yield Found("redis", "good", REDIS, {"program": "Docker"})
    elif find_spec("fakeredis"):
        yield Found("redis-stand-in", "good", REDIS_STAND_IN)
    yield _postgres()
    if docker:
        yield Found("docker", "good", DOCKER, {"place": docker})
    else:
        yield Found("no-docker", "good", NO_DOCKER)


def _postgres() -> Found:
    try:
        return Found("postgres", "good", POSTGRES, {"place": _programs()})
    except NoPostgres:
        return Found("no-postgres", "good", NO_POSTGRES)
