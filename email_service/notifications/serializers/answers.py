"""What the service answers: a receipt, a message's life, a page of them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from email_service.notifications.models import Kind, NotificationLog, Outcome, Status


class Receipt(serializers.Serializer[Any]):
    """The message is kept and will be sent; its state is at Location."""

    status = serializers.ChoiceField(choices=["queued"])
    message_id = serializers.UUIDField()


class AttemptAnswer(serializers.Serializer[Any]):
    """One time that a connection took the message; `error` is the reply or the failure."""

    number = serializers.IntegerField(min_value=1)
    at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    smtp_code = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(allow_blank=True)


class MessageAnswer(serializers.Serializer[Any]):
    """Where a message is in its life.

    `refused` maps each recipient that was given up to the server's last word about it;
    `next_attempt_at` is null once nothing more will be tried.
    """

    message_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    status = serializers.ChoiceField(choices=Status.choices)
    created_at = serializers.DateTimeField()
    attempts = AttemptAnswer(many=True)
    next_attempt_at = serializers.SerializerMethodField()
    last_error = serializers.CharField(allow_blank=True)
    refused = serializers.DictField()

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_attempt_at(self, row: NotificationLog) -> str | None:
        """When it is tried again; a message that is being sent, or is done, waits for nothing."""
        if row.status != Status.QUEUED or row.next_attempt_at is None:
            return None
        return serializers.DateTimeField().to_representation(row.next_attempt_at)


@extend_schema_serializer(many=False)
class MessagePage(serializers.Serializer[Any]):
    """Messages, newest first; `next` is the address of the page after this one, null at the end."""

    next = serializers.CharField(allow_null=True)
    results = MessageAnswer(many=True)


class Problem(serializers.Serializer[Any]):
    """An error (RFC 9457). Programs read `code`; `errors` has sentences for each wrong field."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField(help_text="The request's id, as in X-Request-ID and the logs.")
    code = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment] # a field, not the property
        child=serializers.ListField(child=serializers.CharField()), required=False
    )
