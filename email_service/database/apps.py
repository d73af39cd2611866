"""Installs the deadlines when Django starts."""

from django.apps import AppConfig
from django.core.signals import request_started
from django.db import connection


class DatabaseConfig(AppConfig):
    """The service's database room."""

    name = "email_service.database"
    label = "service_database"

    def ready(self) -> None:
        """Bound the calls of psycopg2, if that is what speaks to the database."""
        if connection.vendor == "postgresql" and not _with_psycopg3():
            self._bound_psycopg2()

    @staticmethod
    def _bound_psycopg2() -> None:
        """Give every call its deadline, and have a silent database close the gate."""
        # Imported late: with SQLite or psycopg 3 this driver need not be installed.
        from email_service.database import gate, recent, waiting

        waiting.install(on_silence=gate.close, known_silent=gate.closed)
        request_started.connect(gate.drop_stale_connections)
        request_started.connect(recent.trust_recent_session)


def _with_psycopg3() -> bool:
    """Whether Django found psycopg 3, which it prefers and which has no such hook."""
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    return bool(is_psycopg3)
