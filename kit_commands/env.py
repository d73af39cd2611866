"""`kit.py env`: make `.env`, the secrets that docker compose reads; once, and never again."""

import argparse
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from kit_commands.errors import MachineNotReady
from kit_commands.folder import digest
from kit_commands.help import kit_command
from kit_commands.voice import Text, Voice

ROOT = Path(__file__).resolve().parent.parent
CALLER = "kit"
"""The name under which the service knows who shows SERVICE_KEY."""

PROMISE = Text(
    en="Makes .env with random secrets for docker compose; one that exists is left as it is.",
    es="Crea .env con secretos al azar para docker compose; si ya existe, lo deja como está.",
)
MADE = Text(
    en="Made {path}, for your eyes only. Next: docker compose up --wait",
    es="Creé {path}, solo para tus ojos. Ahora: docker compose up --wait",
)
KEPT = Text(
    en="{path} exists already and was left as it is.",
    es="{path} ya existe y quedó como estaba.",
)
CANNOT_WRITE = Text(
    en="{path} cannot be written ({reason}).",
    es="No se puede escribir en {path} ({reason}).",
)
HEAD = """\
# Secrets of docker compose on this machine, made by kit.py env. Not for the repository.
# SERVICE_KEY is what callers show (Authorization: Bearer ...); the service gets its hash alone.
"""


def main(arguments: Sequence[str], voice: Voice) -> int:
    """Make the file, or say that it was there; 0 either way."""
    parser = argparse.ArgumentParser(
        prog=f"{kit_command()} env", description=voice.phrase(PROMISE), allow_abbrev=False
    )
    parser.parse_args(arguments)
    path = ROOT / ".env"
    voice.say(MADE if make(path) else KEPT, path=path.name)
    return 0


def make(path: Path) -> bool:
    """Write new secrets to `path`, mode 600, unless something is there: then False."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    except OSError as error:
        raise MachineNotReady(CANNOT_WRITE, path=path, reason=error.strerror) from error
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(HEAD)
        file.writelines(f"{name}={value}\n" for name, value in new_secrets().items())
    return True


def new_secrets() -> dict[str, str]:
    """Random values for every secret of the compose files, free of characters they interpret."""
    key = secrets.token_urlsafe(32)
    return {
        "POSTGRES_PASSWORD": secrets.token_hex(24),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SERVICE_KEY": key,
        "SERVICE_API_KEYS": f"{CALLER}:{digest(key)}",
    }
