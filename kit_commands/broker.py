"""The Redis of `up --transport celery`: the user's own, or the first that can be started here."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from kit_commands.parts import Settings
from kit_commands.ports import LOOPBACK, free_port_near
from kit_commands.redis_ways import IMAGE, docker_command, server_command, stand_in_command
from kit_commands.supervision.part import Part
from kit_commands.voice import Text, Voice

USUAL_PORT = 6379

FETCHING = Text(
    en="Fetching {image} (once; a minute or two) …",
    es="Descargo {image} (una sola vez; un minuto o dos) …",
)
GIVEN = Text(en="REDIS_URL", es="REDIS_URL")
DOCKER = Text(en="Docker, {image}", es="Docker, {image}")
SERVER = Text(en="redis-server of this machine", es="redis-server de esta máquina")
STAND_IN = Text(
    en="stand-in in Python: neither Docker nor redis-server answered; slow, but enough to try",
    es="sustituto en Python: ni Docker ni redis-server respondieron; lento, pero basta para probar",
)


@dataclass(frozen=True)
class Broker:
    """Where Redis is, in whose words, and the part that runs it (None: somebody else does)."""

    url: str
    way: Text
    part: Part | None = None

    def told(self, voice: Voice) -> str:
        """Place and way for a person to read, without a password."""
        place = urlsplit(self.url)
        where = f"{place.scheme}://{place.hostname}:{place.port or USUAL_PORT}{place.path}"
        return f"{where} ({voice.phrase(self.way, image=IMAGE)})"


def broker(settings: Settings, environ: Mapping[str, str], voice: Voice) -> Broker:
    """By `REDIS_URL`, else in Docker, else redis-server on PATH, else the stand-in."""
    if url := environ.get("REDIS_URL"):
        return Broker(url, GIVEN)
    taken = {settings.port, settings.inbox_port, settings.smtp_port}
    port = free_port_near(USUAL_PORT, taken)
    command, way = _first(port, voice)
    part = Part(
        name="redis",
        arguments=("-m", "kit_commands.supervision.program", *command),
        environ=dict(environ),
        answers_at=f"redis://{LOOPBACK}:{port}",
        quiet=True,
    )
    return Broker(f"redis://{LOOPBACK}:{port}/0", way, part)


def _first(port: int, voice: Voice) -> tuple[list[str], Text]:
    """The command of the first way that this machine offers."""
    if command := docker_command(port, lambda: voice.say(FETCHING, image=IMAGE)):
        return command, DOCKER
    if command := server_command(port):
        return command, SERVER
    return stand_in_command(port), STAND_IN
