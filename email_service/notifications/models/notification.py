"""The outbox row: a mail that was promised, until it is sent or has failed with its reason."""

from django.db import models
from django.db.models.functions import Now

from email_service.notifications.models.queue import NotificationQuerySet


class Kind(models.TextChoices):
    """Which endpoint accepted the message."""

    CONTACT = "contact"
    NOTIFY = "notify"


class Status(models.TextChoices):
    """Where the message is in its life."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    PARTIALLY_SENT = "partially_sent"
    FAILED = "failed"


class NotificationLog(models.Model):
    """One mail. The row is the queue: whatever is lost elsewhere, this is sent or ends `failed`.

    `recipients` are those still to be reached, `reached` those who have it, `refused` maps each
    one given up to the server's last word.
    `attempt_limit` is the number of the last attempt that the budget allows.
    `lease_token` fences: who no longer holds the token changes nothing.
    `next_attempt_at` is empty once nothing more will be tried, and `last_error` is not empty
    then unless everybody has the mail. (No index holds `status`: PostgreSQL need not write
    into any when a connection takes a row.)
    """

    message_id = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind, editable=False)
    client = models.CharField(max_length=50, blank=True, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)
    contact = models.OneToOneField(
        "notifications.ContactMessage",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="notification",
    )

    sender = models.CharField(max_length=320)
    recipients = models.JSONField(default=list)
    reached = models.JSONField(default=list, blank=True)
    refused = models.JSONField(default=dict, blank=True)
    subject = models.CharField(max_length=250)
    mime = models.BinaryField()

    status = models.CharField(max_length=14, choices=Status, default=Status.QUEUED)
    attempt_count = models.PositiveIntegerField(default=0)
    attempt_limit = models.PositiveIntegerField()
    next_attempt_at = models.DateTimeField(db_default=Now(), null=True)
    protocol_errors = models.PositiveSmallIntegerField(default=0)
    outage_since = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True, default="")

    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    alone = models.BooleanField(default=False, editable=False)

    request_id = models.CharField(max_length=64, blank=True, default="")
    traceparent = models.CharField(max_length=55, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=models.Q(next_attempt_at__isnull=False),
                name="outbox_due",
            ),
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(alone=True, next_attempt_at__isnull=False),
                name="outbox_alone",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(next_attempt_at=None) & ~models.Q(last_error=""),
                name="outbox_ended_badly",
            ),
            models.Index(fields=["-created_at", "-id"], name="outbox_recent"),
        ]

    def __str__(self) -> str:
        return str(self.message_id)
