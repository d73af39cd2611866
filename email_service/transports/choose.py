"""Which transport the environment asks for."""

from pathlib import Path

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from email_service.environment import Environment
from email_service.transports.base import Transport
from email_service.transports.django_backend import DjangoBackendTransport
from email_service.transports.file import FileTransport
from email_service.transports.smtp import Server, SMTPTransport


def transport_named(name: str, environment: Environment) -> Transport:
    """The transport called `name`, set up by `environment`.

    `celery` is not a way out but who delivers: it stands for CELERY_DELIVERY_TRANSPORT.
    """
    if name == "celery":
        name = environment.celery_delivery_transport
    if name == "smtp":
        return SMTPTransport(_server(environment))
    if name == "file":
        return FileTransport(Path(environment.email_file_path))
    return DjangoBackendTransport("console", _console)


def _console() -> BaseEmailBackend:
    """Django's console backend."""
    return get_connection("django.core.mail.backends.console.EmailBackend")


def _server(environment: Environment) -> Server:
    """The SMTP server to talk to."""
    return Server(
        host=environment.email_host,
        port=environment.email_port,
        username=environment.email_host_user,
        password=environment.email_host_password,
        starttls=environment.email_use_tls,
        implicit_tls=environment.email_use_ssl,
        timeout=environment.email_timeout,
        reply_timeout=environment.email_data_timeout,
    )
