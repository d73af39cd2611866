"""The endpoints of the service."""

import redis
from django.conf import settings
from django.db import Error, connection
from django.http import JsonResponse
from rest_framework import mixins, status, viewsets
from rest_framework.response import Response

from app.notifications.models import ContactMessage, NotificationLog
from app.notifications.serializers import ContactSerializer, NotifySerializer
from app.utils.mailer import send_email


class QueueViewSet(mixins.CreateModelMixin, viewsets.GenericViewSet):
    """Validates, keeps, sends; a uuid that was seen before is answered and not sent again."""

    def create(self, request):
        """Take one message."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        uuid = serializer.validated_data.get("uuid")
        if uuid is None or not self.get_queryset().filter(uuid=uuid).exists():
            self.notify(serializer.save())
        return Response({"status": "queued"}, status=status.HTTP_201_CREATED)


class ContactViewSet(QueueViewSet):
    """POST /api/contact/."""

    queryset = ContactMessage.objects.all()
    serializer_class = ContactSerializer

    def notify(self, contact):
        """Tell the owner."""
        text = f"De: {contact.name} <{contact.email}>\n\n{contact.message}"
        send_email(settings.CONTACT_EMAIL, "Nuevo mensaje de contacto", text)


class NotifyViewSet(QueueViewSet):
    """POST /api/notify/."""

    queryset = NotificationLog.objects.all()
    serializer_class = NotifySerializer

    def notify(self, notice):
        """Send what was asked for."""
        send_email(notice.to, notice.subject, notice.body)


def healthz(request):
    """Whether the database and Redis answer."""
    checks = {"db": "ok", "redis": "ok"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        checks["db"] = "error"
    try:
        client = redis.Redis(
            settings.REDIS_HOST, settings.REDIS_PORT, socket_connect_timeout=1, socket_timeout=1
        )
        client.ping()
    except redis.RedisError:
        checks["redis"] = "error"
    healthy = set(checks.values()) == {"ok"}
    body = {"status": "ok" if healthy else "error", **checks}
    return JsonResponse(body, status=200 if healthy else 503)
