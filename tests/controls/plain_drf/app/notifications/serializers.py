"""What a valid request is."""

from rest_framework import serializers

from app.notifications.models import ContactMessage, NotificationLog


class ContactSerializer(serializers.ModelSerializer):
    """The contact form; a repeated uuid is no error, the view looks at it."""

    class Meta:
        model = ContactMessage
        fields = ["uuid", "name", "email", "message"]
        extra_kwargs = {"uuid": {"validators": []}}


class NotifySerializer(serializers.ModelSerializer):
    """A notice."""

    class Meta:
        model = NotificationLog
        fields = ["uuid", "to", "subject", "body"]
        extra_kwargs = {"uuid": {"validators": []}}
