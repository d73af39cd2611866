"""The database's clock, as expressions: no host's own clock decides what is due."""

from datetime import timedelta

from django.db.models import DateTimeField, ExpressionWrapper
from django.db.models.expressions import Combinable
from django.db.models.functions import Now


def now() -> Combinable:
    """The moment of the statement."""
    return Now()


def after(seconds: float) -> Combinable:
    """The moment of the statement plus `seconds` (negative: before it)."""
    return ExpressionWrapper(Now() + timedelta(seconds=seconds), output_field=DateTimeField())
