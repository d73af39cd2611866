"""The answers of the health endpoints, as openapi.yaml shows them."""

from typing import Any

from rest_framework import serializers

_VERDICTS = ["pass", "warn", "fail"]
_Plain = serializers.Serializer[Any]


class DependencySerializer(_Plain):
    """A dependency that answers or does not; the time is null where it was not asked."""

    status = serializers.ChoiceField(["pass", "fail", "skipped"])
    latency_ms = serializers.FloatField(min_value=0, allow_null=True)


class OutboxSerializer(_Plain):
    """The queue; null where nothing is due or the database does not answer."""

    status = serializers.ChoiceField(["pass", "warn"])
    oldest_due_seconds = serializers.FloatField(min_value=0, allow_null=True)
    failed = serializers.IntegerField(min_value=0, allow_null=True)


class WorkerSerializer(_Plain):
    """Who delivers; null where nobody was ever seen."""

    status = serializers.ChoiceField(["pass", "warn"])
    last_seen_seconds = serializers.FloatField(min_value=0, allow_null=True)


class ChecksSerializer(_Plain):
    """All that is checked."""

    database = DependencySerializer()
    redis = DependencySerializer()
    outbox = OutboxSerializer()
    worker = WorkerSerializer()


class HealthSerializer(_Plain):
    """The answer of /healthz."""

    status = serializers.ChoiceField(_VERDICTS)
    version = serializers.CharField()
    checks = ChecksSerializer()


class StatusSerializer(_Plain):
    """The answer of /livez and /readyz."""

    status = serializers.ChoiceField(["pass", "fail"])
