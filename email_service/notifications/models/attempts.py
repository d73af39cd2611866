"""The attempts of a message: one row each time a connection took it."""

from typing import NamedTuple

from django.db import models
from django.db.models.functions import Now


class Outcome(models.TextChoices):
    """How an attempt ended; `taken` means that it has not yet."""

    TAKEN = "taken"
    SENT = "sent"
    PARTIAL = "partial"
    TRANSIENT = "transient"
    PERMANENT = "permanent"
    UNCERTAIN = "uncertain"
    INTERRUPTED = "interrupted"


class Attempt(models.Model):
    """One try of one message; `error` is the server's reply or the exception, shortened."""

    # Its constraint below serves as its index.
    message = models.ForeignKey(
        "notifications.NotificationLog",
        on_delete=models.CASCADE,
        related_name="attempts",
        db_index=False,
    )
    number = models.PositiveIntegerField()
    at = models.DateTimeField(db_default=Now())
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.TAKEN)
    phase = models.CharField(max_length=12, blank=True, default="")
    smtp_code = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True, default="")
    duration_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="one_attempt_per_number")
        ]
        indexes = [
            models.Index(
                fields=["message"], condition=models.Q(outcome="taken"), name="attempt_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.message_id} #{self.number} {self.outcome}"


class OpenAttempt(NamedTuple):
    """An attempt that has just begun, as plain values: model objects cost as much again.

    `pk` is the `Attempt`'s, `message_id` its row's in the outbox.
    """

    pk: int
    message_id: int
    number: int
