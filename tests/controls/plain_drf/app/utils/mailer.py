"""How mails leave."""

from django.conf import settings
from django.core.mail import send_mail


def send_email(to, subject, body):
    """Send one mail with the backend of the settings."""
    return send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [to])
