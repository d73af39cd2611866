"""Django's name for this app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Messages accepted, and how each one left."""

    name = "email_service.notifications"
