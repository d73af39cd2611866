"""Rows and requests as tests want them: what a test does not care about is filled in."""

from typing import Any
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from email_service.notifications.models import (
    Attempt,
    ContactMessage,
    Kind,
    NotificationLog,
    Outcome,
    Status,
)


class ContactMessageFactory(DjangoModelFactory[ContactMessage]):
    """What a visitor wrote."""

    class Meta:
        model = ContactMessage

    message_id = factory.LazyFunction(uuid4)
    name = "Ana"
    email = "ana@mail.example"
    message = "Hola"


class NotificationLogFactory(DjangoModelFactory[NotificationLog]):
    """A queued mail to one person."""

    class Meta:
        model = NotificationLog

    message_id = factory.LazyFunction(uuid4)
    kind = Kind.NOTIFY
    fingerprint = "0" * 64
    sender = "no-reply@email-service.example"
    recipients = factory.LazyFunction(lambda: ["ana@mail.example"])
    subject = "Hola"
    mime = b"Subject: Hola\r\n\r\nHola\r\n"
    attempt_limit = 4

    class Params:
        """A trait for each state, named as the state is."""

        queued = factory.Trait(status=Status.QUEUED)
        sending = factory.Trait(status=Status.SENDING, attempt_count=1)
        sent = factory.Trait(status=Status.SENT, attempt_count=1, next_attempt_at=None)
        partially_sent = factory.Trait(
            status=Status.PARTIALLY_SENT, attempt_count=1, next_attempt_at=None,
            refused={"beto@mail.example": "550 never"}, last_error="beto@mail.example: 550 never",
        )  # fmt: skip
        failed = factory.Trait(
            status=Status.FAILED, attempt_count=4, next_attempt_at=None, last_error="451 later"
        )


class AttemptFactory(DjangoModelFactory[Attempt]):
    """One attempt of a mail, put off by the server."""

    class Meta:
        model = Attempt

    message = factory.SubFactory(NotificationLogFactory)
    number = 1
    outcome = Outcome.TRANSIENT
    phase = "data"
    smtp_code = 451
    error = "451 later"


def contact(**changes: Any) -> dict[str, Any]:
    """The body of a valid POST /api/contact/, changed as asked."""
    return {"name": "Ana", "email": "ana@mail.example", "message": "Hola"} | changes


def notify(**changes: Any) -> dict[str, Any]:
    """The body of a valid POST /api/notify/, changed as asked."""
    return {"to": "ana@mail.example", "subject": "Hola", "body": "Qué tal"} | changes
