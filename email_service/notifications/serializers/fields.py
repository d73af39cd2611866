"""Strict fields: a string is a string, and each keeps one rule that the schema repeats.

DRF's own turn 5 into "5" and read `{…}` and `urn:uuid:…` as UUIDs (measured): two spellings
would be one key, and the schema would lie.
"""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from email_service.notifications.serializers.addresses import ADDRESS, LONGEST_LOCAL, envelope_form
from email_service.notifications.serializers.rules import UUID_RULE, Rule


class RuledText(serializers.Field[Any, Any, Any, Any]):
    """A string that keeps `rule`; the value is what was sent, unchanged."""

    default_error_messages = {"not_text": "Must be a string."}

    def __init__(self, rule: Rule, **options: Any) -> None:
        super().__init__(**options)
        self.rule = rule

    def to_internal_value(self, data: object) -> Any:
        """The text; raises ValidationError with a sentence when it breaks the rule."""
        if not isinstance(data, str):
            self.fail("not_text")
        if not self.rule.fits(data) or not _is_utf8(data):
            self.refuse(data)
        return data

    def to_representation(self, value: Any) -> Any:
        """As it is."""
        return str(value)

    def refuse(self, value: str) -> None:  # noqa: ARG002 - for subclasses
        """Raise the rule's sentence; a subclass may know better why `value` breaks it."""
        raise serializers.ValidationError(self.rule.sentence, "not_allowed")


class MessageIdField(RuledText):
    """A canonical UUID in upper or lower case; the value is a UUID, so case is gone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(UUID_RULE, **options)

    def to_internal_value(self, data: object) -> UUID:
        """The UUID."""
        return UUID(super().to_internal_value(data))


class AddressField(RuledText):
    """One e-mail address; its domain may be international, its local part is ASCII."""

    default_error_messages = {
        "smtputf8-unsupported": "The part before the @ must be ASCII: few mail servers accept more."
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(ADDRESS, **options)

    def to_internal_value(self, data: object) -> str:
        """The address as it was typed."""
        address: str = super().to_internal_value(data)
        try:
            envelope_form(address)
        except ValueError:
            raise serializers.ValidationError(self.rule.sentence, "not_allowed") from None
        return address

    def refuse(self, value: str) -> None:
        """Tell a foreign local part, valid elsewhere (RFC 6531), from no address at all."""
        local, at, domain = value.rpartition("@")
        if at and 0 < len(local) <= LONGEST_LOCAL and ADDRESS.fits(f"{_ascii(local)}@{domain}"):
            self.fail("smtputf8-unsupported")
        super().refuse(value)


def _ascii(local: str) -> str:
    """The local part with every letter beyond ASCII replaced by one within."""
    return "".join("x" if letter > "\x7f" and letter.isprintable() else letter for letter in local)


def _is_utf8(value: str) -> bool:
    """Whether the text can be written down: a lone surrogate cannot."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
