"""Installs the deadlines when Django starts."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """The service's database room."""

    name = "email_service.database"
    label = "service_database"
