"""An engine as the settings describe it."""

import os
import socket

from django.conf import settings

from email_service.notifications.delivery.engine import Engine
from email_service.notifications.delivery.policy import Policy
from email_service.transports import transport_named


def engine_from_settings(role: str) -> Engine:
    """An engine for this process, named `role@host:pid`. Call it inside the event loop."""
    environment = settings.ENVIRONMENT
    transport = transport_named(environment.email_transport, environment)
    name = f"{role}@{socket.gethostname()}:{os.getpid()}"
    return Engine(transport, Policy.of(environment), name=name)
