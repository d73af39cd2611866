"""The parts of `kit.py up` and the environment that makes them one system."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from kit_commands.folder import Folder, digest
from kit_commands.ports import LOOPBACK
from kit_commands.supervision.part import Part

IN_FLIGHT = 35.0
"""Seconds that who delivers may take to finish the mails in its hands."""
DROPPED = ("PYTHONPATH", "PYTHONSTARTUP", "PYTHONWARNINGS", "ALLOW_OPEN")
"""Of the caller's environment: what would change how the kit's own parts run."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What `up` was asked for."""

    port: int
    inbox_port: int
    smtp_port: int
    transport: str
    folder: Folder

    @property
    def service_url(self) -> str:
        """Where the service answers, without a slash at the end."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def inbox_url(self) -> str:
        """Where the inbox page is."""
        return f"http://{LOOPBACK}:{self.inbox_port}"


def environment(settings: Settings, caller: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment with the embedded defaults laid over it; no file is read."""
    folder = settings.folder
    kept = {name: value for name, value in caller.items() if name not in DROPPED}
    # Ours only where the user set none: a real SMTP server may stand in for the inbox.
    yielding = {
        "EMAIL_HOST": LOOPBACK,
        "EMAIL_PORT": str(settings.smtp_port),
        "EMAIL_FILE_PATH": str(folder.sent_emails),
    }
    ours = {
        "DATABASE_URL": f"sqlite:///{quote(folder.service.as_posix(), safe='/:')}",
        "EMAIL_TRANSPORT": settings.transport,
        "SERVICE_API_KEYS": f"kit:{digest(folder.service_key())}",
        "SECRET_KEY": folder.secret_key(),
        "PORT": str(settings.port),
        "DJANGO_SETTINGS_MODULE": "email_service.settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }
    return {**yielding, **{name: value for name, value in kept.items() if value}, **ours}


def inbox(settings: Settings, environ: dict[str, str]) -> Part:
    """The SMTP server that catches every mail, with its page."""
    ports = ("--smtp-port", str(settings.smtp_port), "--http-port", str(settings.inbox_port))
    database = ("--database", str(settings.folder.inbox))
    return Part(
        name="inbox",
        arguments=("-m", "mock_smtp", *ports, *database, "--stop-with-stdin"),
        environ=environ,
        answers_at=f"{settings.inbox_url}/livez",
    )


def migration(environ: dict[str, str]) -> Part:
    """Brings the database to the models; ends by itself."""
    command = ("manage.py", "migrate", "--noinput")
    return Part(name="migrate", arguments=command, environ=environ, quiet=True)


def delivery(settings: Settings, environ: dict[str, str]) -> list[Part]:
    """Who sends the mails: the dispatcher and, with Celery, a worker."""
    deliver = Part(
        name="deliver", arguments=("manage.py", "deliver"), environ=environ, grace=IN_FLIGHT
    )
    if settings.transport != "celery":
        return [deliver]
    # Threads: a worker killed by force must not leave a pool of programs that go on sending.
    pool = ("--pool", "threads", "--concurrency", "4", "--loglevel", "INFO")
    app = ("-m", "celery", "-A", "email_service", "worker", "-Q", "emails")
    worker = Part(name="worker", arguments=(*app, *pool), environ=environ, grace=IN_FLIGHT)
    return [deliver, worker]


def web(settings: Settings, environ: dict[str, str]) -> Part:
    """The service itself."""
    place = ("--host", LOOPBACK, "--port", str(settings.port))
    return Part(
        name="web",
        arguments=("-m", "email_service.serve", *place),
        environ=environ,
        answers_at=f"{settings.service_url}/livez",
    )
